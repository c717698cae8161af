"""Wires the house together and keeps it running: the intake, the post, the heartbeat, and the signals.

The intake runs in a thread of its own, because IMAP blocks; the post and the heartbeat are sweeps of the
scheduler. What is due stands as rows in the ledger, so a sweep that was late or never ran loses nothing.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine

from service.errors import LedgerError, LedgerUnavailableError, MailboxError, SettingsError
from service.heartbeat import Heartbeat
from service.intake import idle
from service.intake.census import Watch
from service.intake.judge import build_reviewer, judges
from service.intake.line import FOLDERS, Line, work
from service.intake.mailbox import Mailbox
from service.intake.review import ReviewDesk
from service.ledger import windows
from service.ledger.engine import open_ledger, reading, writing
from service.letters import outbox
from service.letters.compose import load_templates
from service.letters.delivery import drain
from service.letters.post import Post
from service.outage import declared
from service.outage.probe import Probe
from service.outage.sweep import Swept, sweep
from service.reading.sandbox import Sandbox
from service.rules.duties import load_duties
from service.settings import Settings
from service.wiring import account, desk, office, probe_plan, relay
from service.wording import hinder

log = structlog.get_logger()

BEAT_SECONDS = 5
POST_SECONDS = 2
SWEEP_SECONDS = 5
IN_PEACE = "inget driftstopp pågår; brevlådan lämnas i fred, men räknas"
ONLY_ANSWERS = "tar emot personalens svar; annan post i brevlådan lämnas i fred"
STOP_SECONDS = 8.0
"""How long the mail in hand may take after a signal, before the child that judges it is killed."""

FIRST_BACK_OFF, LONGEST_BACK_OFF = 1.0, 60.0
DRAIN = timedelta(seconds=10)
"""How long after its end an outage is watched: a mail can show up a little after its time of arrival."""

EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
"""Before any mail: with `intake = "always"` everything in the inbox is worked."""


def utc_now() -> datetime:
    """Return the time; the only clock of the daemon."""
    return datetime.now(UTC)


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; the mail in hand is finished, and all is put down within ten seconds."""
    with only_one(settings.state_folder):
        settings = with_rules_of_its_own(settings)
        ledger = open_ledger(settings.ledger_path)
        with writing(ledger) as session:
            outbox.begin(session, utc_now())
        with sandbox(settings) as children:
            children.warm()
            await _Daemon(settings, ledger, children).run()


def with_rules_of_its_own(settings: Settings) -> Settings:
    """Return the settings with a copy of the rules for this run alone.

    Who edits a rule while the daemon runs must not stop the desk with a slip: an edit counts from the next
    start, which tries every example first.
    """
    kept = settings.state_folder / "rules"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(settings.rules, kept)
    return settings.model_copy(update={"rules_folder": kept})


def sandbox(settings: Settings) -> Sandbox:
    """Return the warm children that judge mails by the settings' rules."""
    trust, limits = settings.trust, settings.limits
    staff = settings.staff.staff().everyone
    bounds = limits.limits()
    return judges(
        settings.rules,
        trust.domains,
        trust.authserv_id,
        bounds,
        limits.workers,
        staff=staff,
        registers=settings.registers_path,
        require_known=settings.registers.require_known,
        engine=settings.screening.engine,
    )


@contextmanager
def review_desk(settings: Settings) -> Iterator[ReviewDesk]:
    """Open what a person's review works with."""
    trust, limits = settings.trust, settings.limits
    readers = judges(
        settings.rules,
        trust.domains,
        trust.authserv_id,
        limits.limits(),
        workers=1,
        work=build_reviewer,
        registers=settings.registers_path,
        engine=settings.screening.engine,
    )
    with sandbox(settings) as children, readers:
        yield ReviewDesk(
            ledger=open_ledger(settings.ledger_path),
            mailbox=lambda: Mailbox(account(settings), limits.mail_bytes),
            judges=children,
            readers=readers,
            desk=desk(settings),
            letters=load_templates(settings.rules),
            duties=load_duties(settings.rules),
        )


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the state folder for this daemon alone; two would answer twice."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "daemon.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"{folder}: en annan reservpost kör redan här; stoppa den först") from None
        yield


class _Daemon:
    """The running parts and what they share: the stop, the waker and the heartbeat."""

    def __init__(self, settings: Settings, ledger: Engine, children: Sandbox) -> None:
        self._settings, self._ledger, self._children = settings, ledger, children
        self._stop = threading.Event()
        self._waker = idle.Waker()
        self._back_off = FIRST_BACK_OFF
        self._beat = Heartbeat(started_at=utc_now().isoformat())
        self._post = Post(relay(settings))
        self._line = Line(
            ledger=ledger,
            sandbox=children,
            desk=desk(settings),
            letters=load_templates(settings.rules),
            duties=load_duties(settings.rules),
            limits=settings.limits.limits(),
            chunk=settings.mailbox.chunk,
            now=utc_now,
            stopping=self._stop.is_set,
            staff=settings.staff.staff(),
        )
        self._office = office(settings)
        self._probe = Probe(probe_plan(settings), self._office)

    async def run(self) -> None:
        """Run every part until told to stop; a part that dies unforeseen takes the daemon with it."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._ask_to_stop)
        scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(self._deliver, "interval", seconds=POST_SECONDS, next_run_time=utc_now())
        scheduler.add_job(self._sweep, "interval", seconds=SWEEP_SECONDS, next_run_time=utc_now())
        if self._settings.probe.enabled:
            scheduler.add_job(self._ask_systems, "interval", seconds=self._settings.probe.every_seconds)
        scheduler.add_job(self._tell, "interval", seconds=BEAT_SECONDS, next_run_time=utc_now())
        scheduler.start()
        _notify("READY=1")
        log.info("started", pid=os.getpid())
        try:
            await asyncio.to_thread(self._intake)
        finally:
            self._stop.set()
            _notify("STOPPING=1")
            scheduler.shutdown(wait=False)
            await self._post.close()
            self._settings.heartbeat_path.unlink(missing_ok=True)
            log.info("stopped")

    def _ask_to_stop(self) -> None:
        self._stop.set()
        self._waker.wake()
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._children.close)

    def _intake(self) -> None:
        """Watch the mailbox again and again; after each fault in a row wait longer, and connect anew."""
        while not self._stop.is_set():
            try:
                self._watch()
            except (MailboxError, LedgerUnavailableError) as fault:
                self._say(str(fault), well=False)
                idle.sleep(self._waker, self._back_off)
                self._back_off = min(2 * self._back_off, LONGEST_BACK_OFF)

    def _watch(self) -> None:
        """Work the mailbox on one connection while an outage asks for it, and count it all the time."""
        with Mailbox(account(self._settings), self._settings.limits.mail_bytes) as mailbox:
            census = Watch()
            while not self._stop.is_set():
                spans = self._spans()
                self._say(_doing(spans))
                if spans:
                    mailbox.make_folders(FOLDERS.values())
                    work(self._line, mailbox, spans)
                self._count(census, mailbox, spans)
                self._back_off = FIRST_BACK_OFF
                if not self._stop.is_set():
                    self._note_drained(spans)
                    self._wait(mailbox, spans)

    def _wait(self, mailbox: Mailbox, spans: tuple[windows.Window, ...]) -> None:
        """Wait for mail that may be ours; in peace only for the next count, or for an outage to begin."""
        poll = self._settings.mailbox.poll_seconds
        if spans:
            mailbox.wait(self._waker, poll)
            return
        until = time.monotonic() + poll
        while (left := until - time.monotonic()) > 0 and not self._stop.is_set() and not self._spans():
            idle.sleep(self._waker, min(left, BEAT_SECONDS))

    def _count(self, census: Watch, mailbox: Mailbox, spans: tuple[windows.Window, ...]) -> None:
        """Tell how many mails the journal does not know; take up again an outage whose time one came in."""
        found = census.strangers(mailbox, self._ledger, spans, utc_now())
        if found.total != self._beat.strangers:
            log.log(30 if found.total else 20, "counted", strangers=found.total, late=len(found.late))
        self._beat.strangers = found.total
        if found.late:
            with writing(self._ledger) as session:
                for outage_id in set(found.late):
                    declared.watch_again(session, outage_id)

    def _spans(self) -> tuple[windows.Window, ...]:
        if self._settings.intake == "always":
            return (windows.Window(0, EPOCH, None),)
        with reading(self._ledger) as session:
            answers = windows.answering(session) if self._line.staff.everyone else ()
            return windows.unfinished(session) + answers

    def _note_drained(self, spans: tuple[windows.Window, ...]) -> None:
        now = utc_now()
        for span in spans:
            if span.end is not None and span.end + DRAIN <= now:
                with writing(self._ledger) as session:
                    declared.mark_drained(session, span.outage_id, now)

    async def _deliver(self) -> None:
        """Sweep the outbox; what cannot be sent now stays there."""
        try:
            await drain(self._ledger, self._post, self._settings.post.letters_per_hour, utc_now)
        except LedgerUnavailableError as fault:
            self._tell_part("post", str(fault), well=False)
        else:
            trouble = self._post.trouble
            said = f"breven väntar: {hinder(trouble)}" if trouble else "redo att skicka"
            self._tell_part("post", said, well=not trouble)

    async def _sweep(self) -> None:
        """Begin what was planned, and write the letters that are due."""
        try:
            written = await asyncio.to_thread(self._write_due)
        except LedgerUnavailableError as fault:
            self._tell_part("sweep", str(fault), well=False)
        else:
            said = written.hinder or "sammanställningar och påminnelser går ut i tid"
            self._tell_part("sweep", said, well=not written.hinder)
            if written.begun:
                log.info("planned_stop_begun", stops=written.begun)
                self._waker.wake()
            if written.letters:
                log.info(
                    "swept",
                    recovery=written.recovery,
                    digests=written.digests,
                    reminders=written.reminders,
                    overdue=written.overdue,
                )

    def _write_due(self) -> Swept:
        with writing(self._ledger) as session:
            return sweep(session, self._office, utc_now())

    async def _ask_systems(self) -> None:
        """Ask each system whether it is up, and propose by mail what follows."""
        try:
            told = await asyncio.to_thread(self._probe_once)
        except LedgerError as fault:
            self._tell_part("probe", str(fault), well=False)
        else:
            self._tell_part("probe", "frågar systemen om de är uppe", well=True)
            if told:
                log.info("proposed", letters=told)

    def _probe_once(self) -> int:
        now = utc_now()
        self._probe.ask(now)
        with writing(self._ledger) as session:
            return self._probe.tell(session, now)

    async def _tell(self) -> None:
        try:
            self._beat.write(self._settings.heartbeat_path, utc_now())
        except OSError as fault:
            log.warning("heartbeat_not_written", errno=fault.errno)
        _notify("WATCHDOG=1")

    def _say(self, said: str, *, well: bool = True) -> None:
        self._tell_part("intake", said, well=well)

    def _tell_part(self, part: str, said: str, *, well: bool) -> None:
        if self._beat.tell(part, utc_now(), said, well=well):
            log.log(20 if well else 30, "state", part=part, said=said)


def _doing(spans: tuple[windows.Window, ...]) -> str:
    """Say what is done with the mailbox for these spans."""
    if not spans:
        return IN_PEACE
    return ONLY_ANSWERS if all(span.answers for span in spans) else "bevakar brevlådan"


def _notify(state: str) -> None:
    """Tell systemd, where it asks to be told (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
        try:
            notice.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError as fault:
            log.warning("systemd_not_told", errno=fault.errno)
