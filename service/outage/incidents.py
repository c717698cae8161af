"""The incident list: each mail that came with personal data, by sort and time, never with the data itself.

A breach that is likely to be a risk is told to the supervisory authority within 72 hours of when it was known
(GDPR article 33); whether it is one, the data protection officer decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, or_, select

from service.ledger import journal
from service.ledger.journal import Review
from service.ledger.tables import MessageRow
from service.letters.templates import LetterWords
from service.rules.loading import read_rules
from service.values import Decision

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WITHIN = 72 * HOUR


@dataclass(frozen=True, slots=True)
class Incident:
    """One rejected mail: its number in the journal, when it came, when that was known, and sorts by code."""

    message_id: int
    outage_id: int | None
    arrived_at: datetime
    known_at: datetime
    sorts: Mapping[str, int]

    @property
    def due_at(self) -> datetime:
        """When the 72 hours end."""
        return self.known_at + WITHIN

    def told_left(self, now: datetime) -> str:
        """Say how much of the 72 hours is left: 41 h, in the last hour 12 min, and that they are over."""
        left = self.due_at - now
        if left <= timedelta():
            return "har gått ut"
        return f"{left // HOUR} h" if left >= HOUR else f"{left // MINUTE} min"


@dataclass(frozen=True, slots=True)
class SortWords:
    """The sorts of personal data in Swedish, as the letters name them."""

    words: LetterWords

    def of(self, code: str) -> str:
        """Return the sort that a reason's code stands for."""
        return self.words.sorts.get(code, self.words.unnamed_sort)


def load_words(rules: Path) -> SortWords:
    """Read the words from rules/letters/words.yaml."""
    return SortWords(read_rules(rules / "letters" / "words.yaml", LetterWords))


def listing(session: Session, outage_id: int | None = None) -> tuple[Incident, ...]:
    """Return the rejected mails, of one outage or of all real ones, oldest first."""
    by_a_person = col(MessageRow.review) == Review.REJECTED.value
    query = select(MessageRow).where(or_(col(MessageRow.decision) == Decision.REJECTED.value, by_a_person))
    if outage_id is None:
        query = query.where(col(MessageRow.drill).is_(False))
    else:
        query = query.where(MessageRow.outage_id == outage_id)
    return tuple(map(_incident, session.exec(query.order_by(col(MessageRow.id)))))


def sums(found: Iterable[Incident]) -> dict[str, int]:
    """Return in how many mails each sort was found, the most usual first."""
    counted = Counter(code for incident in found for code in incident.sorts)
    return dict(counted.most_common())


def _incident(row: MessageRow) -> Incident:
    sorts = Counter(reason["code"] for reason in journal.reasons_of(row) if reason["certainty"])
    known_at = (row.reviewed_at if row.review else row.decided_at) or row.received_at
    return Incident(row.id or 0, row.outage_id, row.arrived_at, known_at, dict(sorts))
