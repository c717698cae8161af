"""Counts the mailbox against the journal: a mail that nobody knows of must not lie there unseen.

The daemon counts in every round, also when no outage goes on, and looks into folders only where the sums
differ. Closing an outage looks at every mail of its time.
"""

from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from service.intake.drill import is_marked
from service.intake.due import due_now, due_of
from service.intake.mailbox import Mail, Mailbox
from service.ledger import journal
from service.ledger.engine import reading
from service.ledger.windows import Window, drained

PATIENCE = timedelta(minutes=2)
"""How long a mail may stand in the inbox before it is told: a round takes it sooner."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """Mails that nobody took care of: how many stand unworked in the inbox, and how many in our folders.

    `late` names, for each mail of the inbox that the journal does not know, the outage whose time it came in
    though that outage had no mail left.
    """

    waiting: int
    unknown: int
    late: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.unknown + len(self.late)


@dataclass(slots=True)
class Watch:
    """Counts again and again on one connection; remembers which mails it has nothing to say about."""

    _known: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _passed: dict[tuple[Window, ...], set[int]] = field(default_factory=lambda: defaultdict(set))

    def strangers(
        self, mailbox: Mailbox, ledger: Engine, windows: tuple[Window, ...], now: datetime
    ) -> Strangers:
        """Count what lies unworked in the inbox, or in our folders unknown to the journal.

        Where no outage goes on and none waits to be closed, the inbox is not looked at.
        """
        due = due_now(mailbox, [window for window in windows if not window.answers])
        waiting = sum(now - at > PATIENCE for at in mailbox.arrival_times(list(due)).values())
        return Strangers(waiting, self._in_folders(mailbox, ledger), self._late(mailbox, ledger, due))

    def _late(self, mailbox: Mailbox, ledger: Engine, due: Container[int]) -> tuple[int, ...]:
        """Return the outage of each unknown mail that came in the time of one that was done with."""
        with reading(ledger) as session:
            spans = drained(session)
        if not spans:
            return ()
        passed = self._passed[spans]
        since = mailbox.since(min(span.start for span in spans))
        new = [uid for uid in since if uid not in passed and uid not in due]
        within = due_of(mailbox, new, spans)
        found = {mail.uid: (mail.digest, mail.arrived_at) for mail in mailbox.fetch(list(within))}
        with reading(ledger) as session:
            known = journal.by_digest(session, [digest for digest, _ in found.values()])
        late = {uid: at for uid, (digest, at) in found.items() if digest not in known}
        passed |= set(new) - late.keys()
        return tuple(_home(spans, at, marked=within[uid]) for uid, at in late.items())

    def _in_folders(self, mailbox: Mailbox, ledger: Engine) -> int:
        counts = mailbox.counts()
        with reading(ledger) as session:
            if sum(counts.values()) == journal.filed(session):
                return 0
        return sum(self._unknown(mailbox, ledger, path) for path, size in counts.items() if size)

    def _unknown(self, mailbox: Mailbox, ledger: Engine, path: str) -> int:
        found = {mail.uid: mail.digest for mail in mailbox.look_through(path, known=self._known[path])}
        with reading(ledger) as session:
            journalled = journal.by_digest(session, list(found.values()))
        self._known[path] |= {uid for uid, digest in found.items() if digest in journalled}
        return sum(digest not in journalled for digest in found.values())


@dataclass(frozen=True, slots=True)
class Census:
    """The mails of one outage's time: how many the mailbox holds, those the journal lacks, and the other way.

    `strangers` counts by folder what the journal does not know; `gone` are mails of the journal that the
    mailbox no longer holds.
    """

    mails: int
    strangers: dict[str, int]
    gone: int


def take(mailbox: Mailbox, ledger: Engine, window: Window) -> Census:
    """Look at every mail of the outage's time, wherever it stands in the mailbox."""
    found: dict[str, str] = {}
    for path in (mailbox.inbox, *mailbox.counts()):
        for mail in mailbox.look_through(path, window.start):
            if _belongs(mail, window):
                found[mail.digest] = path
    with reading(ledger) as session:
        known = {row.digest for row in journal.of_outage(session, window.outage_id)}
        # A mail may have been worked in another outage, whose time touches this one.
        elsewhere = set(journal.by_digest(session, list(found.keys() - known)))
    strangers = Counter(path for digest, path in found.items() if digest not in known | elsewhere)
    return Census(len(found), dict(strangers), len(known - found.keys()))


def _belongs(mail: Mail, window: Window) -> bool:
    header = (mail.raw or b"").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return window.covers(mail.arrived_at, marked=is_marked(header))


def _home(spans: tuple[Window, ...], moment: datetime, *, marked: bool) -> int:
    """Return the outage that one of the spans belongs to, as windows.py chooses it: a marked mail's drill."""
    fitting = [span for span in spans if span.covers(moment, marked=marked)]
    return min(fitting, key=lambda span: not span.drill).outage_id
