"""Reminders of what could be registered and is not: step by step, from the owner to the unit manager.

Each step of each row is a row of its own with its due time, done once. Due times are counted in working hours
from when the row could be registered; a system that goes down again moves them. A step also waits as long
after the one before was sent: nobody is told of neglect of what the owner was never asked for. Nobody gets
more than one reminder a day: a step waits until none of those it is for has had one that day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlmodel import Session, col, select

from service.ledger.tables import LetterRow, OrderRow, ReminderRow
from service.letters.shown import ShownGroup
from service.outage.calendar import at, day_of
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
STAND_IN = {
    "owner": "Ska registreras, och ingen är angiven för det: se till att det blir gjort",
    "operations_manager": "Inte registrerat trots påminnelse, och ingen driftsledare är angiven",
    "unit_manager": "Fortfarande inte registrerat, och ingen enhetschef är angiven",
}
"""What stands over the rows where the settings name nobody in the role that a step is for."""

OWNERS = {
    "desk": Role.PURCHASER,
    "operations_manager": Role.OPERATIONS_MANAGER,
    "technician": Role.TECHNICIAN,
}
"""The role that an owner without an address is reached by."""


AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """One step of one row that is to be sent, and to whom."""

    reminder: ReminderRow
    order: OrderRow
    step: Step
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many letters were written, and how many rows are due a reminder that nobody can be sent."""

    letters: int = 0
    unaddressed: int = 0


def remind(session: Session, office: Office, now: datetime, *, drill: bool = False) -> Reminded:
    """Plan what is owed, and write the reminders that are due in office hours."""
    rows = pending(session, drill=drill)
    _plan(session, office, rows, drill=drill)
    due = _due(session, office, rows, now)
    unaddressed = sum(not each.recipients for each in due)
    if not office.calendar.is_open(now):
        return Reminded(0, unaddressed)
    reminded = _reminded_on(session, day_of(now))
    free = [each for each in due if each.recipients and reminded.isdisjoint(each.recipients)]
    addresses = list(dict.fromkeys(address for each in free for address in each.recipients))
    for address in addresses:
        letter_id = _write(session, office, address, free, now, drill=drill)
        for each in free:
            if address in each.recipients:
                each.reminder.letter_id, each.reminder.done_at = letter_id, now
    session.flush()
    return Reminded(len(addresses), unaddressed)


def recipients(row: OrderRow, step: Step, staff: Staff) -> tuple[str, ...]:
    """Return whom the step tells; where a role has nobody the next one up, and in the end the desk itself."""
    upwards = (staff.operations_managers, staff.unit_managers, staff.purchasers)
    return next((found for found in (_meant(row, step, staff), *upwards) if found), ())


def _meant(row: OrderRow, step: Step, staff: Staff) -> tuple[str, ...]:
    """Return whom the step is for, if the settings or the row name anybody."""
    if step.to == "unit_manager":
        return staff.unit_managers
    if step.to == "operations_manager":
        return staff.operations_managers
    if row.owner_address:
        return (row.owner_address,)
    if row.owner == "prescriber":
        return (row.sender_address,) if row.sender_address else ()
    return staff.addresses(OWNERS[row.owner])


def _plan(session: Session, office: Office, rows: Sequence[OrderRow], *, drill: bool) -> None:
    """Give each row that can be registered its steps; take away those of a row that cannot, or no longer."""
    every, planned = systems(session, drill=drill), _planned(session, drill=drill)
    after = cache(office.calendar.add_working_hours)
    for row in rows:
        if began := registrable_since(row, every, office.duties):
            before: ReminderRow | None = None
            for number, step in enumerate(office.steps, start=1):
                reminder = planned.pop((row.id, number), None)
                due_at = max(after(began, step.after_hours), _rested(before, step, office, after))
                if reminder is None:
                    reminder = ReminderRow(order_id=row.id or 0, step=number, due_at=due_at)
                    session.add(reminder)
                elif reminder.done_at is None:
                    reminder.due_at = due_at
                before = reminder
    for reminder in planned.values():
        if reminder.done_at is None:
            session.delete(reminder)
    session.flush()


def _planned(session: Session, *, drill: bool) -> dict[tuple[int | None, int], ReminderRow]:
    query = select(ReminderRow).join(OrderRow).where(OrderRow.drill == drill)
    return {(row.order_id, row.step): row for row in session.exec(query)}


def _rested(
    before: ReminderRow | None, step: Step, office: Office, after: Callable[[datetime, float], datetime]
) -> datetime:
    """Return when the step before has had its time since it was told; at once where it was not."""
    if before is None or before.done_at is None:
        return AT_ONCE
    return after(before.done_at, step.after_hours - office.steps[before.step - 1].after_hours)


def _due(session: Session, office: Office, rows: Sequence[OrderRow], now: datetime) -> list[Due]:
    """Return the next step of each row where it is due."""
    query = select(ReminderRow).where(col(ReminderRow.done_at).is_(None))
    undone = session.exec(query.order_by(col(ReminderRow.order_id), col(ReminderRow.step).desc()))
    next_steps = {reminder.order_id: reminder for reminder in undone}
    found = []
    for order in rows:
        reminder = next_steps.get(order.id or 0)
        if reminder is not None and reminder.due_at <= now:
            step = office.steps[reminder.step - 1]
            found.append(Due(reminder, order, step, recipients(order, step, office.staff)))
    return found


def _reminded_on(session: Session, day: date) -> set[str]:
    """Return who has had a reminder on the Swedish day, or the one of an earlier day that was sent anew."""
    begins, ends = (at(each, datetime.min.time()) for each in (day, day + timedelta(days=1)))
    queued = (col(LetterRow.queued_at) >= begins) & (col(LetterRow.queued_at) < ends)
    mine = col(LetterRow.dedupe_key).startswith(f"reminder:{day}:") | queued
    return set(session.exec(select(LetterRow.recipient).where(LetterRow.kind == "reminder", mine)))


def _write(
    session: Session, office: Office, address: str, due: Sequence[Due], now: datetime, *, drill: bool
) -> int | None:
    """Write one letter with all that the address is reminded of."""
    own = sorted((each for each in due if address in each.recipients), key=lambda each: each.reminder.step)
    titles = {each.reminder.id: _title(each, address, office.staff) for each in own}
    groups = tuple(
        ShownGroup(title, tuple(item(each.order, {}) for each in own if titles[each.reminder.id] == title))
        for title in dict.fromkeys(titles.values())
    )
    shown: dict[str, object] = {"groups": groups, "may_reply": address in office.staff.everyone}
    letter = office.templates.write("reminder", address, shown, office.desk)
    return post(session, office, letter, f"reminder:{day_of(now)}:{address}", now, drill=drill)


def _title(due: Due, address: str, staff: Staff) -> str:
    """Return what the row stands under: the step's own words, or those to who is told in another's place."""
    is_meant = address in _meant(due.order, due.step, staff)
    return (TITLES if is_meant else STAND_IN)[due.step.to]
