"""Sixty identities and all else that tells of a patient stand nowhere but in the mailbox afterwards."""

import base64
import email
import email.policy
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from service.demo.letters import Letter
from tests.canaries import PLACES, SPELLINGS, canaries, hidden, sightings, telling, told
from tests.servers import MailServer
from tests.service import Service, until

Haystack = dict[str, bytes]
"""What was looked at, by a name for it."""

QUESTIONS = (
    ("journal", "--json"),
    ("ledger", "list", "--json"),
    ("review", "list", "--json"),
    ("letters", "list", "--json"),
    ("status", "--json"),
    ("journal",),
    ("review", "list"),
    ("audit", "verify"),
)


def test_the_search_finds_a_planted_canary_however_it_is_written() -> None:
    for canary in canaries() + told():
        for text in {canary.written, canary.core, canary.core.upper(), canary.core.lower()}:
            for charset in ("utf-8", "utf-16-le", "utf-16-be"):
                raw = b"\x00page\xff" + text.encode(charset) + b"\xfe\x00"
                assert canary in sightings(raw, [canary]), (canary, charset)
            for before in range(3):
                coded = base64.encodebytes(b"beside" * 9 + bytes(range(before)) + text.encode() + b"!!")
                assert sightings(coded, [canary]) == [canary], (canary, before)
    parted = " ".join(canaries()[0].core).encode()
    assert sightings(parted, canaries()) == [canaries()[0]]
    assert sightings(b"Lagerflytt 50123 Rollator Carl-Oskar 4 st", canaries()) == []


def test_no_identity_is_seen_outside_the_mailbox(best_server: MailServer, tmp_path: Path) -> None:
    identities, birds = canaries(), canaries() + told()
    assert len(identities) == 60
    old = set(_temporary(tmp_path))
    service = Service(tmp_path, best_server, post={"letters_per_hour": 100})
    best_server.deliver(*(hidden(canary, number) for number, canary in enumerate(identities)))
    best_server.deliver(*(telling(canary, number) for number, canary in enumerate(told())))
    seen: Haystack = {}
    with service.running() as process:
        until(lambda: service.filed() >= 20)
        seen |= _named("at work", _files(service.state)) | _processes(process.pid)
        until(lambda: service.filed() == len(birds) and not service.waiting_letters())
        seen |= _named("running", _files(service.state)) | _processes(process.pid)
        seen |= {f"temporary {path}": _bytes(path) for path in _temporary(tmp_path) if path not in old}
    seen |= _named("stopped", _files(service.state)) | {"log": service.log.read_bytes()}
    for question in QUESTIONS:
        answer = service.say(*question)
        seen["reservpost " + " ".join(question)] = f"{answer.stdout}{answer.stderr}".encode()
    letters = best_server.letters()
    seen |= {f"letter {number}": whole(letter) for number, letter in enumerate(letters)}

    assert {name: found for name, raw in seen.items() if (found := sightings(raw, birds))} == {}
    _assert_the_run_was_worth_it(service, letters, seen)


def _assert_the_run_was_worth_it(service: Service, letters: list[Letter], seen: Haystack) -> None:
    """The identities were met and decided upon, in all ways that leave a trace."""
    decisions = dict(service.rows("SELECT decision, COUNT(*) FROM message GROUP BY 1"))
    assert set(decisions) == {"rejected", "flagged"}
    assert min(decisions.values()) >= 5
    assert len(letters) >= 40
    assert any(name.endswith("ledger.db-wal") for name in seen)
    assert any(name.endswith("heartbeat.json") for name in seen)
    assert sum(name.endswith("environ") for name in seen) >= 3
    assert b'"event": "decided"' in seen["log"]


def test_every_spelling_and_place_is_used() -> None:
    assert len({number % len(PLACES) for number in range(0, 60, 2)}) == len(PLACES)
    assert len({number % len(PLACES) for number in range(1, 60, 2)}) == len(PLACES)
    assert len(SPELLINGS) == 10
    assert len({canary.core for canary in canaries()}) == 60


# -- where to look ------------------------------------------------------------------------------------


def whole(letter: Letter) -> bytes:
    """Return a letter as sent, and all of it decoded."""
    parsed = email.message_from_bytes(letter.raw, policy=email.policy.default)
    headers = "\n".join(f"{name}: {value}" for name, value in parsed.items())
    texts = [part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text"]
    return letter.raw + "\n".join([headers, *texts]).encode()


def _files(folder: Path) -> Haystack:
    return {str(path.relative_to(folder)): _bytes(path) for path in folder.rglob("*") if path.is_file()}


def _named(moment: str, haystack: Haystack) -> Haystack:
    return {f"{moment}: {name}": raw for name, raw in haystack.items()}


def _temporary(ours: Path) -> Iterator[Path]:
    """Yield the files for a while that are not this test's own, nor Dovecot's, which is the mailbox."""
    for folder in {Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/dev/shm")}:
        for place, _, names in os.walk(folder):
            for path in (Path(place) / name for name in names):
                own = ours in path.parents or "dovecot-" in str(path)
                if not own and path.is_file():
                    yield path


def _processes(pid: int) -> Haystack:
    """What any user of the machine can read of the daemon and its children."""
    return {
        f"{process} {name}": _bytes(Path(f"/proc/{process}/{name}"))
        for process in [pid, *_children(pid)]
        for name in ("environ", "cmdline")
    }


def _children(pid: int) -> list[int]:
    told = "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for child in told.split()]


def _bytes(path: Path) -> bytes:
    """Read a file that may be gone by now."""
    with suppress(OSError):
        return path.read_bytes()
    return b""
