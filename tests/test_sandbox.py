"""A child that breaks, hangs, eats memory or speaks nonsense costs one mail; the next is served at once."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import RulesError
from service.limits import Limits
from service.reading.sandbox import CouldNotRun, Sandbox

SOURCE = "builtins:eval"
"""The function that a child runs is written in the test and handed over as its brief."""

LIMITS = Limits(seconds=2, memory_bytes=300_000_000)
ECHO = b"lambda raw, tell: (tell('reading'), tell('screening'), raw[::-1])[-1]"


def sandbox(source: bytes, workers: int = 1) -> Sandbox:
    return Sandbox(SOURCE, source, workers, LIMITS)


@pytest.fixture
def obedient() -> Iterator[Sandbox]:
    """Does what the mail says: evaluates it after telling a stage."""
    with sandbox(b"lambda raw, tell: (tell('reading'), eval(raw))[-1]") as children:
        yield children


def test_a_mail_is_answered_and_the_child_stays_warm() -> None:
    with sandbox(b"lambda raw, tell: str(__import__('os').getpid()).encode()") as children:
        assert children.run(b"one") == children.run(b"two")


def test_a_large_mail_passes_both_ways() -> None:
    with sandbox(ECHO) as children:
        raw = os.urandom(5_000_000)
        assert children.run(raw) == raw[::-1]


def test_an_empty_mail_is_a_mail() -> None:
    with sandbox(ECHO) as children:
        assert children.run(b"") == b""
        assert children.run(b"ab") == b"ba"


@pytest.mark.parametrize(
    "break_it",
    [
        b"1 / 0",
        b"__import__('os')._exit(0)",
        b"__import__('os').kill(__import__('os').getpid(), 9)",
        b"bytes(10**9)",
        b"'no bytes'",
        b"__import__('sys').setrecursionlimit(10**6) or (lambda f: f(f))(lambda f: f(f))",
    ],
)
def test_a_mail_that_breaks_the_child_is_told_with_its_stage_and_the_next_is_served(
    obedient: Sandbox, break_it: bytes
) -> None:
    with pytest.raises(CouldNotRun) as told:
        obedient.run(break_it)
    assert told.value.stage == "reading"
    assert obedient.run(b"b'well'") == b"well"


@pytest.mark.parametrize(
    "hang",
    [
        b"__import__('time').sleep(60)",
        b"[0 for _ in iter(int, 1)]",
        b"__import__('os').kill(__import__('os').getpid(), __import__('signal').SIGSTOP)",
    ],
)
def test_a_mail_that_hangs_is_cut_off_within_its_time(obedient: Sandbox, hang: bytes) -> None:
    obedient.run(b"b'warm'")
    began = time.monotonic()
    with pytest.raises(CouldNotRun, match="reading"):
        obedient.run(hang)
    assert time.monotonic() - began < LIMITS.seconds + 8
    assert obedient.run(b"b'well'") == b"well"


def test_what_a_child_has_started_ends_with_it(obedient: Sandbox) -> None:
    started = b"str(__import__('subprocess').Popen(['sleep', '60']).pid).encode()"
    number = int(obedient.run(started))
    with pytest.raises(CouldNotRun):
        obedient.run(b"__import__('time').sleep(60)")
    state = Path(f"/proc/{number}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_child_cannot_write_a_file_or_see_the_parents_environment(
    obedient: Sandbox, tmp_path: Path
) -> None:
    os.environ["RESERVPOST_MAILBOX__PASSWORD"] = "hemligt"
    try:
        assert b"hemligt" not in obedient.run(b"repr(dict(__import__('os').environ)).encode()")
    finally:
        del os.environ["RESERVPOST_MAILBOX__PASSWORD"]
    target = tmp_path / "leak"
    with pytest.raises(CouldNotRun):
        obedient.run(f"open({str(target)!r}, 'wb', 0).write(b'x') and b''".encode())
    assert not target.exists() or not target.read_bytes()


def test_what_a_child_prints_of_a_mail_goes_nowhere(
    obedient: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CouldNotRun):
        obedient.run(b"__import__('sys').stderr.write('420312-2382') and 1 / 0")
    told = capfd.readouterr()
    assert "420312" not in told.out + told.err


def test_an_answer_of_nonsense_is_no_answer(obedient: Sandbox) -> None:
    with pytest.raises(CouldNotRun):
        obedient.run(b"__import__('os').write(1, b'a' + b'\\xff' * 12)")
    assert obedient.run(b"b'well'") == b"well"


def test_a_work_that_cannot_be_built_is_told_with_its_reason() -> None:
    brief = b"(_ for _ in ()).throw(__import__('service.errors').errors.RulesError('kinds.yaml: fel'))"
    with sandbox(brief) as children, pytest.raises(RulesError, match=r"kinds\.yaml: fel"):
        children.run(b"")


def test_several_threads_share_the_children() -> None:
    with sandbox(b"lambda raw, tell: __import__('time').sleep(0.05) or raw", workers=2) as children:
        children.warm()
        mails = [str(number).encode() for number in range(20)]
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(children.run, mails)) == mails


def test_closing_ends_the_mail_in_hand_and_refuses_the_next(obedient: Sandbox) -> None:
    obedient.run(b"b'warm'")
    timer = threading.Timer(0.3, obedient.close)
    timer.start()
    began = time.monotonic()
    with pytest.raises(CouldNotRun):
        obedient.run(b"__import__('time').sleep(60)")
    assert time.monotonic() - began < 2
    with pytest.raises(CouldNotRun, match="start"):
        obedient.run(b"b''")
    timer.join()


def test_a_child_is_replaced_after_its_share_of_mails() -> None:
    from service.reading.sandbox import MAILS_A_CHILD

    with sandbox(b"lambda raw, tell: str(__import__('os').getpid()).encode()") as children:
        pids = {children.run(b"") for _ in range(MAILS_A_CHILD + 1)}
    assert len(pids) == 2
