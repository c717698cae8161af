"""Outages as people declare them: a start that may lie in the past, the systems that are down, and an end.

A drill is an outage for marked test mails alone. It never stands in the way of a real one, which ends it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from service.errors import LedgerError
from service.ledger import audit, windows
from service.ledger.tables import MessageRow, OrderRow, OutageRow, SystemRow
from service.outage import systems

SYSTEMS = systems.NAMES
TO_COME = "driftstoppets början ligger i framtiden; ange en tid som har varit, eller säg --planned"
TO_COME_DRILL = "övningens början ligger i framtiden; anmäl övningen när den börjar"


def start(
    session: Session,
    names: Sequence[str],
    since: datetime,
    by: str,
    now: datetime,
    *,
    planned: bool = False,
    note: str = "",
    drill: bool = False,
) -> OutageRow:
    """Declare an outage from `since`, and take over the mails of its time that came already.

    Refused while another goes on, for a time that another outage covers, for an unknown system, and for the
    future: what is to come is told to planned.py.
    """
    _refuse_overlap(session, since, now, drill=drill)
    systems.refuse_unknown(names)
    if not drill:
        _interrupt_drill(session, by, now)
    row = OutageRow(
        started_at=since, declared_at=now, declared_by=by, planned=planned, note=note, drill=drill
    )
    session.add(row)
    session.flush()
    for name in dict.fromkeys(names):
        session.add(SystemRow(outage_id=key(row), name=name, down_at=since, planned=planned))
    _take_over(session, row)
    audit.append(
        session, now, "outage_started", outage=key(row), systems=list(names), by=by, drill=drill or None
    )
    return row


def end(session: Session, at: datetime, by: str, now: datetime) -> OutageRow:
    """End the outage that goes on; refused where there is none or the end lies before its start."""
    row = running(session)
    if not row.started_at <= at <= now:
        raise LedgerError("slutet måste ligga mellan driftstoppets början och nu; inget ändrades")
    row.ended_at = at
    systems.all_up(session, row, at)
    audit.append(session, now, "outage_ended", outage=key(row), by=by)
    return row


def current(session: Session) -> OutageRow | None:
    """Return the outage that goes on, if any."""
    return session.exec(select(OutageRow).where(col(OutageRow.ended_at).is_(None))).first()


def running(session: Session) -> OutageRow:
    """Return the outage that goes on; LedgerError where there is none."""
    row = current(session)
    if row is None:
        raise LedgerError("inget driftstopp pågår; inget ändrades")
    return row


def find(session: Session, outage_id: int | None) -> OutageRow:
    """Return the outage with this number, or the newest; LedgerError where there is none."""
    if outage_id is None:
        row = session.exec(select(OutageRow).order_by(col(OutageRow.id).desc()).limit(1)).first()
    else:
        row = session.get(OutageRow, outage_id)
    if row is None:
        named = f"driftstopp {outage_id} finns inte" if outage_id else "inget driftstopp är anmält"
        raise LedgerError(f"{named}; se `reservpost outage status`")
    return row


def history(session: Session) -> Sequence[OutageRow]:
    """Return every outage, oldest first."""
    return session.exec(select(OutageRow).order_by(col(OutageRow.started_at))).all()


def free_since(session: Session, moment: datetime) -> datetime:
    """Return `moment`, or the end of the real outage that covers it or follows it."""
    ends = [row.ended_at for row in history(session) if row.ended_at and not row.drill]
    return max([moment, *ends])


def mark_drained(session: Session, outage_id: int, now: datetime) -> None:
    """Note that an ended outage has no mail left in the inbox, so that the mailbox is left alone again."""
    row = session.get(OutageRow, outage_id)
    if row is not None and row.ended_at is not None:
        row.drained_at = row.drained_at or now


def watch_again(session: Session, outage_id: int) -> None:
    """Note that an ended outage has a mail in the inbox after all, so that it is worked."""
    row = session.get(OutageRow, outage_id)
    if row is not None:
        row.drained_at = None


def key(row: OutageRow) -> int:
    """Return the number of a stored outage."""
    if row.id is None:
        raise LedgerError("driftstoppet är inte sparat än")
    return row.id


def _refuse_overlap(session: Session, since: datetime, now: datetime, *, drill: bool) -> None:
    if since > now:
        raise LedgerError(TO_COME_DRILL if drill else TO_COME)
    going = current(session)
    if going is not None and (drill or not going.drill):
        what = "en övning" if going.drill else "ett driftstopp"
        raise LedgerError(f"{what} pågår redan; avsluta med `reservpost outage end` först")
    for row in history(session):
        if row.drill == drill and row.ended_at is not None and since < row.ended_at:
            raise LedgerError(
                f"driftstopp {row.id} täcker redan den tiden; ange en början efter att det slutade"
            )


def _interrupt_drill(session: Session, by: str, now: datetime) -> None:
    """End a drill that goes on: what is real goes before it."""
    if current(session) is not None:
        end(session, now, by, now)


def _take_over(session: Session, row: OutageRow) -> None:
    """Give the outage the mails of its time that were worked before it was declared, and their orders."""
    if row.drill:
        return
    homeless = col(MessageRow.outage_id).is_(None) & (col(MessageRow.drill).is_(False))
    came = windows.window_of(row).start.replace(microsecond=0) <= col(MessageRow.arrived_at)
    session.exec(update(MessageRow).where(homeless & came).values(outage_id=row.id))
    mine = select(MessageRow.id).where(MessageRow.outage_id == row.id)
    session.exec(update(OrderRow).where(col(OrderRow.message_id).in_(mine)).values(outage_id=row.id))
