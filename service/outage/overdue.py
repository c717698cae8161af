"""Planned stops that last longer than was said: the operations managers are told so once for each end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from service.ledger.tables import DigestRow, OutageRow, PlannedStopRow
from service.outage import planned, systems
from service.outage.digest import note, post
from service.outage.office import Office, shown_time
from service.wording import SYSTEMS, listed


@dataclass(frozen=True, slots=True)
class Overdue:
    """A stop whose expected end has passed, and which of its systems are still down."""

    stop: PlannedStopRow
    names: tuple[str, ...]


def overdue(session: Session, now: datetime) -> Sequence[Overdue]:
    """Return the stops that should be over."""
    late = [stop for stop in planned.begun(session) if stop.expected_end and stop.expected_end <= now]
    each = (Overdue(stop, _still_down(session, stop)) for stop in late)
    return [found for found in each if found.names]


def tell(session: Session, office: Office, now: datetime) -> int:
    """Write to the operations managers about each end that has passed and was not told; return how many."""
    known = set(session.exec(select(DigestRow.kind)))
    return sum(
        _tell(session, office, late, now) for late in overdue(session, now) if _kind(late) not in known
    )


def _tell(session: Session, office: Office, late: Overdue, now: datetime) -> int:
    stop, managers = late.stop, office.staff.operations_managers
    shown: dict[str, object] = {
        "stop": stop.id,
        "systems": listed([SYSTEMS[name] for name in late.names]),
        "began": shown_time(stop.starts_at),
        "expected": shown_time(stop.expected_end or now),
    }
    for address in managers:
        letter = office.templates.write("overdue", address, shown, office.desk)
        post(session, office, letter, f"{_kind(late)}:{address}", now, drill=False)
    note(session, _kind(late), len(managers), 0, now)
    return len(managers)


def _kind(late: Overdue) -> str:
    end = late.stop.expected_end
    return f"overdue {late.stop.id} {end.isoformat() if end else ''}"


def _still_down(session: Session, stop: PlannedStopRow) -> tuple[str, ...]:
    outage = session.get(OutageRow, stop.outage_id)
    states = systems.states(systems.of_outage(session, outage)) if outage else ()
    return tuple(state.name for state in states if not state.up and state.name in planned.names_of(stop))
