"""Planned stops, declared ahead. One is a word about the future until its time: then it becomes an outage.

Whoever asks for outages needs not know of what is still to come. A stop whose time comes while an outage goes
on joins that one: its systems go down there.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import OutageRow, PlannedStopRow
from service.outage import declared, systems
from service.wording import SYSTEMS, listed


def announce(
    session: Session,
    names: Sequence[str],
    starts_at: datetime,
    expected_end: datetime | None,
    by: str,
    now: datetime,
    *,
    note: str = "",
    outage: OutageRow | None = None,
) -> PlannedStopRow:
    """Declare a stop ahead, or tell when the planned `outage` that just began is expected to be over.

    Refused for an unknown system, for an end that is no later than the start, and for a system that has
    another stop then.
    """
    systems.refuse_unknown(names)
    _refuse_end(starts_at, expected_end, now)
    stop = PlannedStopRow(
        starts_at=starts_at,
        expected_end=expected_end,
        systems=" ".join(dict.fromkeys(names)),
        declared_at=now,
        declared_by=by,
        note=note,
        outage_id=declared.key(outage) if outage else None,
    )
    if outage is None:
        _refuse_clash(session, stop, starts_at, expected_end)
    session.add(stop)
    session.flush()
    _note(session, "planned_stop_declared", stop, by, now)
    return stop


def move(
    session: Session,
    stop: PlannedStopRow,
    starts_at: datetime | None,
    expected_end: datetime | None,
    by: str,
    now: datetime,
) -> None:
    """Move a stop: its start, which takes its expected end along, or its end alone once it began."""
    _refuse_called_off(stop)
    start, end = starts_at or stop.starts_at, expected_end or stop.expected_end
    if starts_at is not None:
        _refuse_begun(stop)
        if starts_at <= now:
            raise LedgerError(
                "den nya början har redan varit; har stoppet börjat, anmäl det med `reservpost outage start`"
            )
        if stop.expected_end and not expected_end:
            end = stop.expected_end + (starts_at - stop.starts_at)
    _refuse_end(start, end, now)
    if stop.outage_id is None:
        _refuse_clash(session, stop, start, end)
    stop.starts_at, stop.expected_end = start, end
    _note(session, "planned_stop_moved", stop, by, now)


def call_off(session: Session, stop: PlannedStopRow, by: str, now: datetime) -> None:
    """Call a stop off before it begins."""
    _refuse_called_off(stop)
    _refuse_begun(stop)
    stop.called_off_at = now
    audit.append(session, now, "planned_stop_called_off", stop=stop.id, by=by)


def coming(session: Session) -> Sequence[PlannedStopRow]:
    """Return the stops that are still to begin, the next one first."""
    query = select(PlannedStopRow).where(col(PlannedStopRow.outage_id).is_(None))
    waiting = query.where(col(PlannedStopRow.called_off_at).is_(None))
    return session.exec(waiting.order_by(col(PlannedStopRow.starts_at), col(PlannedStopRow.id))).all()


def begun(session: Session) -> Sequence[PlannedStopRow]:
    """Return the stops that are part of the outage that goes on."""
    query = select(PlannedStopRow).join(OutageRow).where(col(OutageRow.ended_at).is_(None))
    return session.exec(query.order_by(col(PlannedStopRow.id))).all()


def find(session: Session, number: int | None) -> PlannedStopRow:
    """Return the stop with this number, or the only one that is coming or goes on; LedgerError otherwise."""
    if number is not None:
        stop = session.get(PlannedStopRow, number)
        if stop is None:
            raise LedgerError(f"planerat driftstopp {number} finns inte; se `reservpost outage status`")
        return stop
    each = (*begun(session), *coming(session))
    if not each:
        raise LedgerError("inget driftstopp är planerat; inget ändrades")
    if len(each) > 1:
        numbers = listed([str(stop.id) for stop in each])
        raise LedgerError(f"flera driftstopp är planerade; ange ett av numren {numbers}")
    return each[0]


def begin_due(session: Session, now: datetime) -> int:
    """Begin each stop whose time has come, from that very time; return how many."""
    due = [stop for stop in coming(session) if stop.starts_at <= now]
    for stop in due:
        outage = _begin(session, stop, now)
        stop.outage_id = declared.key(outage)
        audit.append(session, now, "planned_stop_begun", stop=stop.id, outage=outage.id)
    return len(due)


def names_of(stop: PlannedStopRow) -> tuple[str, ...]:
    """Return the names of the systems that the stop is about."""
    return tuple(stop.systems.split())


def _begin(session: Session, stop: PlannedStopRow, now: datetime) -> OutageRow:
    """Let the stop become an outage, or part of the one that goes on; a drill is ended by it."""
    by, going = stop.declared_by, declared.current(session)
    if going is None or going.drill:
        # A program that stood still may begin it late, when another outage has come and gone meanwhile.
        since = declared.free_since(session, stop.starts_at)
        return declared.start(session, names_of(stop), since, by, now, planned=True, note=stop.note)
    down = {state.name for state in systems.states(systems.of_outage(session, going)) if not state.up}
    for name in names_of(stop):
        if name not in down:
            at = max(stop.starts_at, going.started_at)
            systems.down(session, going, name, at, by, now, planned=True)
    return going


def _note(session: Session, event: str, stop: PlannedStopRow, by: str, now: datetime) -> None:
    audit.append(
        session,
        now,
        event,
        stop=stop.id,
        systems=list(names_of(stop)),
        starts_at=stop.starts_at.isoformat(),
        expected_end=stop.expected_end.isoformat() if stop.expected_end else None,
        outage=stop.outage_id,
        by=by,
    )


def _refuse_end(starts_at: datetime, expected_end: datetime | None, now: datetime) -> None:
    if expected_end is not None and expected_end <= max(starts_at, now):
        raise LedgerError("slutet måste ligga efter början och efter nu; inget ändrades")


def _refuse_clash(
    session: Session, stop: PlannedStopRow, starts_at: datetime, expected_end: datetime | None
) -> None:
    """Refuse a second stop for the same system at the same time: two people told of the same one."""
    for other in coming(session):
        overlaps = starts_at <= (other.expected_end or other.starts_at) and other.starts_at <= (
            expected_end or starts_at
        )
        both = [SYSTEMS[name] for name in names_of(stop) if name in names_of(other)]
        if other is not stop and overlaps and both:
            raise LedgerError(
                f"planerat driftstopp {other.id} gäller redan {listed(both)} då; "
                f"flytta det med `reservpost outage move {other.id}`"
            )


def _refuse_begun(stop: PlannedStopRow) -> None:
    if stop.outage_id is not None:
        raise LedgerError(
            f"planerat driftstopp {stop.id} har redan börjat; avsluta det med `reservpost outage end`, "
            "eller ange ett nytt slut med --until"
        )


def _refuse_called_off(stop: PlannedStopRow) -> None:
    if stop.called_off_at is not None:
        raise LedgerError(f"planerat driftstopp {stop.id} är avbokat; anmäl det på nytt")
