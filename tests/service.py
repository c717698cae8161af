"""The real service in a process of its own: set up against a mail server, run, asked, stopped and killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from service.ledger import audit
from service.ledger.engine import connect, reading
from tests.made import DESK, Made, folders_of
from tests.servers import MailServer

PROGRAM = (str(Path(sys.executable).with_name("reservpost")),)
STOP_SECONDS = 10
"""How long a daemon that is asked to stop may take."""

PATIENCE = 60.0

Section = Mapping[str, object]


class Service:
    """A service with a state folder of its own for one account of `server`; see `settings` for `changes`."""

    def __init__(self, folder: Path, server: MailServer, intake: str = "always", **changes: Section) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.server = server
        self.pid = 0
        self.state = folder / "state"
        self.log = folder / "service.log"
        self.settings = folder / "settings.toml"
        self.settings.write_text(settings(server, self.state, intake, changes), encoding="utf-8")

    def say(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end."""
        command = [*PROGRAM, "--settings", str(self.settings), *words]
        return subprocess.run(command, capture_output=True, text=True, env=self._environment(), timeout=60)

    def ask(self, *words: str) -> list[dict[str, Any]]:
        """Return what a command answers with --json."""
        answer = self.say(*words, "--json")
        assert answer.returncode == 0, answer.stderr
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def intake_says(self) -> str:
        """Return what `status` tells of the mailbox."""
        (told,) = self.ask("status")
        return str(told["parts"]["intake"]["said"]) if told["parts"] else ""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the ledger beside the running service."""
        path = self.state / "ledger.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit'").fetchone()
            return connection.execute(query).fetchall() if known else []

    def filed(self) -> int:
        """Return how many mails stand in their folders, by the journal."""
        return len(self.rows("SELECT 1 FROM message WHERE state = 'filed'"))

    def waiting_letters(self) -> int:
        return len(self.rows("SELECT 1 FROM letter WHERE state = 'queued'"))

    def hasten_letters(self) -> None:
        """Let the time pass that letters wait after a failed attempt."""
        with closing(sqlite3.connect(self.state / "ledger.db", timeout=10)) as connection, connection:
            connection.execute("UPDATE letter SET due_at = queued_at WHERE state = 'queued'")

    def events(self, event: str) -> int:
        """Return how many times the log tells of an event."""
        return self.log.read_text(encoding="utf-8").count(f'"event": "{event}"') if self.log.exists() else 0

    def start(self, program: Sequence[str] = PROGRAM) -> "subprocess.Popen[bytes]":
        """Start the daemon, or another `program` that takes --settings FILE run."""
        command = [*program, "--settings", str(self.settings), "run"]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stderr=log, stdout=log, env=self._environment())

    @contextmanager
    def running(self, ends_by: signal.Signals = signal.SIGTERM) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the daemon for the length of the block; it must stop in time and in peace."""
        runs = self.events("started")
        process = self.start()
        self.pid = process.pid
        try:
            until(lambda: self.events("started") > runs or process.poll() is not None)
            assert process.poll() is None, self.log.read_text(encoding="utf-8")[-500:]
            yield process
            process.send_signal(ends_by)
            assert process.wait(STOP_SECONDS) == 0
        finally:
            process.kill()
            process.wait()

    def run_until(self, done: Callable[[], bool]) -> None:
        """Run the daemon until `done`, and stop it."""
        with self.running() as process:
            until(lambda: done() or process.poll() is not None)

    def finish(self, mails: int) -> None:
        """Run the daemon until so many mails are filed and every letter is out."""
        self.run_until(lambda: self.filed() >= mails and not self.waiting_letters())

    def _environment(self) -> dict[str, str]:
        password = {"RESERVPOST_MAILBOX__PASSWORD": self.server.password}
        return {"PATH": os.defpath, "LANG": "C.UTF-8", **password}


def settings(server: MailServer, state: Path, intake: str, changes: dict[str, Section]) -> str:
    """Return a settings file as TOML; `changes` are keys by section, above those that the server needs."""
    sections: dict[str, Section] = {
        "desk": {"address": DESK, "phone": "010-831 00 00"},
        "mailbox": {
            "host": server.host,
            "port": server.port,
            "tls": server.tls,
            "ca_file": str(server.ca_file),
            "user": server.user,
            "poll_seconds": 1,
        },
        "post": {"host": server.host, "port": server.smtp_port, "ca_file": str(server.smtp_ca_file)},
        "trust": {},
        "staff": {},
        "digest": {},
        "probe": {},
        "limits": {},
    }
    lines = [f'state_folder = "{state}"', f'intake = "{intake}"']
    for name, section in sections.items():
        lines.append(f"[{name}]")
        # What JSON calls a string, a number or a list of them, TOML calls the same.
        lines += [
            f"{key} = {json.dumps(value)}" for key, value in {**section, **changes.get(name, {})}.items()
        ]
    return "\n".join(lines) + "\n"


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; a failure after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def assert_whole(service: Service, mails: Iterable[Made], *, repeats: bool = False) -> None:
    """Hold the promise: every mail in its folder, journal, ledger and outbox exactly once.

    With `repeats` a letter may have reached the server more than once, but only as the same letter.
    """
    mails = list(mails)
    assert _folders(service.server) == folders_of(mails)
    journal = service.rows("SELECT digest, state, decision FROM message")
    assert sorted(journal) == sorted({(mail.digest, "filed", mail.decision.value) for mail in mails})
    _assert_booked_once(service)
    _assert_answered_once(service, mails, repeats)
    with reading(connect(service.state / "ledger.db")) as session:
        assert audit.verify(session).broken_at is None


def _folders(server: MailServer) -> dict[str, Counter[str]]:
    return {
        name: Counter(sha256(raw).hexdigest() for raw in server.messages(name)) for name in folders_of(())
    }


def _assert_booked_once(service: Service) -> None:
    accepted = service.rows("SELECT id FROM message WHERE decision = 'accepted' ORDER BY id")
    assert service.rows('SELECT message_id FROM "order" ORDER BY message_id') == accepted
    numbers = [number for (number,) in service.rows('SELECT number FROM "order" ORDER BY number')]
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, len(numbers) + 1))


def _assert_answered_once(service: Service, mails: Sequence[Made], repeats: bool) -> None:
    queued = service.rows("SELECT header_id, recipient, state FROM letter")
    answered = {mail.digest: mail.sender for mail in mails if mail.answered}
    assert Counter(recipient for _, recipient, _ in queued) == Counter(answered.values())
    assert {state for *_, state in queued} <= {"sent"}
    came = Counter((letter.message_id, letter.recipients[0]) for letter in service.server.letters())
    assert set(came) == {(header_id, recipient) for header_id, recipient, _ in queued}
    assert repeats or set(came.values()) <= {1}
