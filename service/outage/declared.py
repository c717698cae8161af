"""Outages as people declare them: a start that may lie in the past, an end, and the systems that are down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import OutageRow, SystemRow

SYSTEMS = ("sesam2", "websesam", "visma-websesam")
"""What can be down: the business system and its two portals."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time whose mails are worked; an open end means that the outage goes on."""

    outage_id: int
    start: datetime
    end: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether a mail that came at `moment` belongs to the outage.

        A mailbox tells times in whole seconds, rounded down, so the start's own second counts.
        """
        return self.start.replace(microsecond=0) <= moment and (self.end is None or moment <= self.end)


def start(
    session: Session,
    systems: Sequence[str],
    since: datetime,
    by: str,
    now: datetime,
    *,
    planned: bool = False,
    note: str = "",
) -> OutageRow:
    """Declare an outage from `since`; refused while another goes on, for the future, or an unknown system."""
    if current(session):
        raise LedgerError("ett driftstopp pågår redan; avsluta det med `reservpost outage end` först")
    if since > now:
        raise LedgerError("driftstoppets början ligger i framtiden; ange en tid som har varit")
    unknown = [name for name in systems if name not in SYSTEMS]
    if unknown or not systems:
        named = ", ".join(unknown) or "inget system angivet"
        raise LedgerError(f"{named}: välj bland {', '.join(SYSTEMS)}")
    row = OutageRow(started_at=since, declared_at=now, declared_by=by, planned=planned, note=note)
    session.add(row)
    session.flush()
    for name in dict.fromkeys(systems):
        session.add(SystemRow(outage_id=_id(row), name=name, down_at=since))
    audit.append(session, now, "outage_started", outage=_id(row), systems=list(systems), by=by)
    return row


def end(session: Session, at: datetime, by: str, now: datetime) -> OutageRow:
    """End the outage that goes on; refused where there is none or the end lies before its start."""
    row = current(session)
    if row is None:
        raise LedgerError("inget driftstopp pågår; inget ändrades")
    if not row.started_at <= at <= now:
        raise LedgerError("slutet måste ligga mellan driftstoppets början och nu; inget ändrades")
    row.ended_at = at
    for system in systems_of(session, row):
        system.up_at = at
    audit.append(session, now, "outage_ended", outage=_id(row), by=by)
    return row


def current(session: Session) -> OutageRow | None:
    """Return the outage that goes on, if any."""
    return session.exec(select(OutageRow).where(col(OutageRow.ended_at).is_(None))).first()


def history(session: Session) -> Sequence[OutageRow]:
    """Return every outage, oldest first."""
    return session.exec(select(OutageRow).order_by(col(OutageRow.started_at))).all()


def systems_of(session: Session, outage: OutageRow) -> Sequence[SystemRow]:
    """Return the systems that the outage names."""
    return session.exec(select(SystemRow).where(SystemRow.outage_id == outage.id)).all()


def windows(session: Session) -> tuple[Window, ...]:
    """Return the spans whose mails may still stand unworked in the inbox."""
    rows = session.exec(select(OutageRow).where(col(OutageRow.drained_at).is_(None)))
    return tuple(Window(_id(row), row.started_at, row.ended_at) for row in rows)


def mark_drained(session: Session, outage_id: int, now: datetime) -> None:
    """Note that an ended outage has no mail left in the inbox, so that the mailbox is left alone again."""
    row = session.get(OutageRow, outage_id)
    if row is not None and row.ended_at is not None:
        row.drained_at = row.drained_at or now


def _id(row: OutageRow) -> int:
    if row.id is None:
        raise LedgerError("driftstoppet är inte sparat än")
    return row.id
