"""Reminders of what could be registered and is not: step by step, from the owner to the unit manager.

Each step of each row is a row of its own with its due time, done once. Due times are counted in working hours
from when the row could be registered; a system that goes down again moves them. Nobody gets more than one
reminder a day: a step waits until none of those it is for has had one that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from service.ledger.tables import LetterRow, OrderRow, ReminderRow
from service.letters.shown import ShownGroup
from service.outage.calendar import Calendar, at, day_of
from service.outage.digest import post, systems
from service.outage.office import Office
from service.outage.owed import item, pending, registrable_since
from service.rules.calendar import Step
from service.staff import Role, Staff

TITLES = {
    "owner": "Det här ska du registrera",
    "operations_manager": "Till dig som driftsledare: inte registrerat trots påminnelse",
    "unit_manager": "Till dig som enhetschef: fortfarande inte registrerat",
}

OWNERS = {
    "desk": Role.PURCHASER,
    "operations_manager": Role.OPERATIONS_MANAGER,
    "technician": Role.TECHNICIAN,
}
"""The role that an owner without an address is reached by."""


@dataclass(frozen=True, slots=True)
class Due:
    """One step of one row that is to be sent, and to whom."""

    reminder: ReminderRow
    order: OrderRow
    step: Step
    recipients: tuple[str, ...]


def remind(session: Session, office: Office, now: datetime, *, drill: bool = False) -> int:
    """Plan what is owed, and write the reminders that are due in office hours; return how many letters."""
    rows = pending(session, drill=drill)
    _plan(session, office, rows, drill=drill)
    if not office.calendar.is_open(now):
        return 0
    due = _due(session, office, rows, now)
    reminded = _reminded_on(session, day_of(now))
    free = [each for each in due if each.recipients and reminded.isdisjoint(each.recipients)]
    addresses = list(dict.fromkeys(address for each in free for address in each.recipients))
    for address in addresses:
        letter_id = _write(session, office, address, free, now, drill=drill)
        for each in free:
            if address in each.recipients:
                each.reminder.letter_id, each.reminder.done_at = letter_id, now
    session.flush()
    return len(addresses)


def recipients(row: OrderRow, step: Step, staff: Staff) -> tuple[str, ...]:
    """Return whom the step tells; where a role has nobody, the next one up is told instead."""
    upwards = (staff.operations_managers, staff.unit_managers)
    if step.to == "unit_manager":
        return staff.unit_managers or staff.operations_managers
    return next((found for found in (_first(row, step, staff), *upwards) if found), ())


def _first(row: OrderRow, step: Step, staff: Staff) -> tuple[str, ...]:
    if step.to == "operations_manager":
        return staff.operations_managers
    if row.owner_address:
        return (row.owner_address,)
    if row.owner == "prescriber":
        return (row.sender_address,) if row.sender_address else ()
    return staff.addresses(OWNERS[row.owner])


def _plan(session: Session, office: Office, rows: Sequence[OrderRow], *, drill: bool) -> None:
    """Give each row that can be registered its steps; take away those of a row that cannot, or no longer."""
    every = systems(session, drill=drill)
    since = {row.id: registrable_since(row, every, office.duties) for row in rows if row.id}
    planned = _planned(session, drill=drill)
    times = _due_times(office.calendar, office.steps, since.values())
    for order_id, began in since.items():
        for number, due_at in enumerate(times.get(began, ()), start=1):
            reminder = planned.pop((order_id, number), None)
            if reminder is None:
                session.add(ReminderRow(order_id=order_id, step=number, due_at=due_at))
            elif reminder.done_at is None:
                reminder.due_at = due_at
    for reminder in planned.values():
        if reminder.done_at is None:
            session.delete(reminder)
    session.flush()


def _planned(session: Session, *, drill: bool) -> dict[tuple[int | None, int], ReminderRow]:
    query = select(ReminderRow).join(OrderRow).where(OrderRow.drill == drill)
    return {(row.order_id, row.step): row for row in session.exec(query)}


def _due_times(
    calendar: Calendar, steps: Sequence[Step], began: Iterable[datetime | None]
) -> Mapping[datetime | None, tuple[datetime, ...]]:
    """Return when each step is due, for each moment from which rows could be registered."""
    return {
        moment: tuple(calendar.add_working_hours(moment, step.after_hours) for step in steps)
        for moment in set(began)
        if moment is not None
    }


def _due(session: Session, office: Office, rows: Sequence[OrderRow], now: datetime) -> list[Due]:
    by_id = {row.id: row for row in rows}
    query = select(ReminderRow).where(col(ReminderRow.done_at).is_(None), col(ReminderRow.due_at) <= now)
    found = []
    for reminder in session.exec(query.order_by(col(ReminderRow.id))):
        order = by_id.get(reminder.order_id)
        if order is not None:
            step = office.steps[reminder.step - 1]
            found.append(Due(reminder, order, step, recipients(order, step, office.staff)))
    return found


def _reminded_on(session: Session, day: date) -> set[str]:
    """Return who has had a reminder on the Swedish day."""
    begins, ends = (at(each, datetime.min.time()) for each in (day, day + timedelta(days=1)))
    query = select(LetterRow.recipient).where(LetterRow.kind == "reminder")
    return set(session.exec(query.where(col(LetterRow.queued_at) >= begins, col(LetterRow.queued_at) < ends)))


def _write(
    session: Session, office: Office, address: str, due: Sequence[Due], now: datetime, *, drill: bool
) -> int | None:
    """Write one letter with all that the address is reminded of."""
    own = [each for each in due if address in each.recipients]
    groups = tuple(
        ShownGroup(title, tuple(item(each.order, {}) for each in own if each.step.to == to))
        for to, title in TITLES.items()
        if any(each.step.to == to for each in own)
    )
    shown: dict[str, object] = {"groups": groups, "may_reply": address in office.staff.everyone}
    letter = office.templates.write("reminder", address, shown, office.desk)
    return post(session, office, letter, f"reminder:{day_of(now)}:{address}", now, drill=drill)
