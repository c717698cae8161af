"""Which outage a mail belongs to, by its time of arrival and by whether it is marked for a drill."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.ledger.tables import OutageRow


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time whose mails are worked; an open end means that the outage goes on.

    That of a drill is for marked mails alone, and one of `answers` for what staff answer to our letters.
    """

    outage_id: int
    start: datetime
    end: datetime | None
    drill: bool = False
    answers: bool = False

    def covers(self, moment: datetime, *, marked: bool = False) -> bool:
        """Whether a mail that came at `moment`, marked for a drill or not, belongs to the outage.

        A mailbox tells times in whole seconds, rounded down, so the start's own second counts.
        """
        began = self.start.replace(microsecond=0) <= moment
        return began and (self.end is None or moment <= self.end) and (marked or not self.drill)


def unfinished(session: Session) -> tuple[Window, ...]:
    """Return the windows whose mails may still stand unworked in the inbox."""
    rows = session.exec(select(OutageRow).where(col(OutageRow.drained_at).is_(None)))
    return tuple(map(window_of, rows))


def drained(session: Session) -> tuple[Window, ...]:
    """Return the windows whose mails were all worked once, of outages that are not closed."""
    query = select(OutageRow).where(col(OutageRow.drained_at).is_not(None))
    return tuple(map(window_of, session.exec(query.where(col(OutageRow.closed_at).is_(None)))))


def answering(session: Session) -> tuple[Window, ...]:
    """Return the span in which staff tick off by mail what an outage left: from its end to its closing."""
    left = select(OutageRow.ended_at).where(col(OutageRow.ended_at).is_not(None))
    ends = [end for end in session.exec(left.where(col(OutageRow.closed_at).is_(None))) if end]
    return (Window(0, min(ends), None, answers=True),) if ends else ()


def home_of(session: Session, moment: datetime, *, marked: bool) -> OutageRow | None:
    """Return the outage that a mail belongs to, if any: where marked, a drill goes before a real one."""
    rows = session.exec(select(OutageRow).order_by(col(OutageRow.started_at))).all()
    fitting = [row for row in rows if window_of(row).covers(moment, marked=marked)]
    return next(iter(sorted(fitting, key=lambda row: not row.drill)), None)


def window_of(row: OutageRow) -> Window:
    """Return the span of one outage."""
    assert row.id is not None
    return Window(row.id, row.started_at, row.ended_at, row.drill)
