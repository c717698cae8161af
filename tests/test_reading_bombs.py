"""Hostile mails through the real sandbox and judge: none is accepted, none stalls, the next is served."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from service.intake.judge import JUDGEMENT, broken, judges
from service.limits import Limits
from service.reading.sandbox import GRACE_SECONDS, CouldNotRun, Sandbox
from service.settings import TrustSettings, shipped_rules
from service.values import Decision, Judgement
from tests.hostile_files import bombs, cut, mail, twisted

LIMITS = Limits(seconds=5, pictures_seconds=2.0, picture_seconds=2.0)
"""Shorter than a site's, so that the tests are soon done."""

START_SECONDS = 15
"""What a machine that is busy with other tests may take beside, to put up the next child."""

BOMBS, CUT, TWISTED = bombs(), dict(cut()), dict(twisted())
PARENT_BYTES = 300_000_000

# Runs in a process of its own, so that nothing of the tests is measured.
PARENT = """
import sys
from service.intake.judge import judges
from service.reading.sandbox import CouldNotRun
from service.settings import TrustSettings, shipped_rules
from service.limits import Limits
trust = TrustSettings()
with judges(shipped_rules(), trust.domains, trust.authserv_id, Limits(seconds=5), 1) as children:
    try:
        children.run(sys.stdin.buffer.read())
    except CouldNotRun:
        pass
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    trust = TrustSettings()
    with judges(shipped_rules(), trust.domains, trust.authserv_id, LIMITS, 1) as children:
        children.warm()
        yield children


def judged(sandbox: Sandbox, raw: bytes) -> Judgement:
    try:
        return JUDGEMENT.validate_json(sandbox.run(raw))
    except CouldNotRun as failure:
        return broken(failure.stage)


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_not_accepted_and_does_not_stall(sandbox: Sandbox, make: Callable[[], bytes]) -> None:
    raw = make()
    began = time.monotonic()
    assert judged(sandbox, raw).decision in (Decision.FLAGGED, Decision.REJECTED)
    assert time.monotonic() - began < LIMITS.seconds + GRACE_SECONDS + START_SECONDS


@pytest.mark.parametrize("raw", CUT.values(), ids=CUT)
def test_a_file_that_was_cut_is_not_accepted(sandbox: Sandbox, raw: bytes) -> None:
    assert judged(sandbox, raw).decision in (Decision.FLAGGED, Decision.REJECTED)


@pytest.mark.parametrize("raw", TWISTED.values(), ids=TWISTED)
def test_a_twisted_file_breaks_nothing(sandbox: Sandbox, raw: bytes) -> None:
    """Where it is accepted, all of it was read: what was twisted are letters or the dots of a picture."""
    assert "broken_stage" not in {reason.code for reason in judged(sandbox, raw).reasons}


def test_the_next_mail_is_judged_as_if_nothing_had_been(sandbox: Sandbox) -> None:
    judged(sandbox, BOMBS["html of attributes"]())
    began = time.monotonic()
    assert judged(sandbox, mail()).decision is Decision.ACCEPTED
    assert time.monotonic() - began < START_SECONDS


def test_the_hostile_inputs_are_many() -> None:
    assert len(BOMBS) + len(CUT) + len(TWISTED) >= 100


@pytest.mark.parametrize("name", ["zip of zeros", "100,000 parts"])
def test_the_parent_stays_small(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARENT], input=BOMBS[name](), capture_output=True, check=True, timeout=90
    )
    assert int(done.stdout) * 1024 < PARENT_BYTES
