"""Counts the mailbox against the journal: a mail that nobody knows of must not lie there unseen.

The daemon counts in every round, and looks into folders only where the sums differ. Closing an outage looks
at every mail of its time.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from service.intake.drill import is_marked
from service.intake.due import due_now
from service.intake.mailbox import Mail, Mailbox
from service.ledger import journal
from service.ledger.engine import reading
from service.ledger.windows import Window

PATIENCE = timedelta(minutes=2)
"""How long a mail may stand in the inbox before it is told: a round takes it sooner."""


@dataclass(slots=True)
class Watch:
    """Counts again and again on one connection; remembers which mails of the folders the journal knows."""

    _known: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def strangers(self, mailbox: Mailbox, ledger: Engine, windows: tuple[Window, ...], now: datetime) -> int:
        """Return how many mails lie in the inbox unworked, or in our folders unknown to the journal."""
        left_over = due_now(mailbox, [window for window in windows if not window.answers])
        arrivals = mailbox.arrival_times(list(left_over))
        left = sum(now - at > PATIENCE for at in arrivals.values())
        return left + self._in_folders(mailbox, ledger)

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
