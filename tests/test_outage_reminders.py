"""Word of recovery and reminders: who is told what, when, and never once too often."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from service.ledger import orders
from service.ledger.tables import LetterRow, OrderRow, ReminderRow, SystemRow
from service.outage.calendar import SWEDEN, day_of
from service.outage.reminders import recipients
from service.outage.sweep import sweep
from service.rules.calendar import Step
from service.staff import Staff
from service.values import Kind
from tests.office import (
    CHIEF,
    MANAGER,
    OFFICE,
    PRESCRIBER,
    PURCHASERS,
    STAFF,
    TECHNICIAN,
    desk_session,
    letters,
    outage,
    owed,
    swedish,
)

NUMBERS = re.compile(r"RP-\d{4}-\d{6}(?=(?: NY)?(?: BRÅDSKAR)?$)", re.MULTILINE)
WORK_ORDER: dict[str, Any] = {"kind": Kind.WORK_ORDER, "owner": "prescriber", "owner_address": PRESCRIBER}


def numbers_in(letter: LetterRow) -> list[str]:
    """The rows that a letter lists, not the examples in how to answer."""
    return NUMBERS.findall(letter.text)


def run(session: Session, start: str, days: int, hours: tuple[int, ...] = (8, 11, 14, 16)) -> None:
    """Sweep at these Swedish hours for so many days."""
    first = swedish(f"{start} 00:00")
    for day in range(days):
        for hour in hours:
            local = (first + timedelta(days=day)).astimezone(SWEDEN).replace(hour=hour)
            sweep(session, OFFICE, local.astimezone(first.tzinfo))


def test_who_ordered_is_told_and_who_registers_gets_it_all() -> None:
    with desk_session() as session:
        sesam, visma = outage(session, swedish("2026-03-02 08:00"), "sesam2", "visma-websesam")
        mine = owed(session, swedish("2026-03-02 09:00"), system="visma-websesam", **WORK_ORDER)
        asked = owed(session, swedish("2026-03-02 09:05"), to_stock="Arvika kundlager", facility=None)
        other = owed(session, swedish("2026-03-02 09:06"), sender_address="per@kil.se")
        sesam.up_at = visma.up_at = swedish("2026-03-02 13:00")
        assert sweep(session, OFFICE, swedish("2026-03-02 13:01")).recovery == 2 + 3

        told = {letter.recipient: letter for letter in letters(session, "recovery")}
        assert set(told) == {PRESCRIBER, "per@kil.se"}
        assert numbers_in(told[PRESCRIBER]) == [mine.number, asked.number]
        assert "BEHÖVER DU REGISTRERA (1)" in told[PRESCRIBER].text
        assert numbers_in(told["per@kil.se"]) == [other.number]
        assert "Sesam 2 och Visma webSesam fungerar igen" in told["per@kil.se"].subject

        lists = letters(session, "recovered")
        assert [letter.recipient for letter in lists] == [*PURCHASERS, MANAGER]
        assert all(
            sorted(numbers_in(letter)) == [mine.number, asked.number, other.number] for letter in lists
        )
        assert all(letter.attachment for letter in lists)
        assert sweep(session, OFFICE, swedish("2026-03-02 13:05")).letters == 0


def test_a_row_that_cannot_be_registered_yet_is_not_asked_for() -> None:
    with desk_session() as session:
        sesam, visma = outage(session, swedish("2026-03-02 08:00"), "sesam2", "visma-websesam")
        work = owed(session, swedish("2026-03-02 09:00"), system="visma-websesam", **WORK_ORDER)
        sesam.up_at = swedish("2026-03-02 13:00")
        run(session, "2026-03-02", 10)
        (told,) = letters(session, "recovery")
        assert numbers_in(told) == []
        assert letters(session, "reminder") == []
        visma.up_at = swedish("2026-03-12 08:00")
        run(session, "2026-03-12", 2)
        assert [numbers_in(letter) for letter in letters(session, "recovery")[1:]] == [[work.number]]
        assert [letter.recipient for letter in letters(session, "reminder")] == [PRESCRIBER]


def test_the_steps_go_from_the_owner_to_the_unit_manager_by_working_hours() -> None:
    with desk_session() as session:
        (sesam,) = outage(session, swedish("2026-06-17 08:00"), "sesam2")
        row = owed(session, swedish("2026-06-17 09:00"))
        sesam.up_at = swedish("2026-06-17 15:30")  # the Wednesday before Midsummer
        run(session, "2026-06-17", 14)
        told = [
            (letter.recipient, day_of(letter.queued_at).isoformat())
            for letter in letters(session, "reminder")
        ]
        assert told == [
            (PURCHASERS[0], "2026-06-18"),
            (PURCHASERS[1], "2026-06-18"),
            (MANAGER, "2026-06-22"),
            (CHIEF, "2026-06-24"),
        ]
        assert all(numbers_in(letter) == [row.number] for letter in letters(session, "reminder"))


def test_a_portal_that_goes_down_again_moves_what_was_due() -> None:
    with desk_session() as session:
        old, new = outage(session, swedish("2026-03-02 08:00"), "websesam", "visma-websesam")
        prescriber: dict[str, Any] = {
            "owner": "prescriber",
            "owner_address": PRESCRIBER,
            "system": "visma-websesam",
        }
        owed(session, swedish("2026-03-02 08:30"), Kind.PRESCRIPTION, **prescriber)
        old.up_at = swedish("2026-03-02 09:00")
        sweep(session, OFFICE, swedish("2026-03-02 10:00"))
        new.up_at = swedish("2026-03-02 15:00")
        outage(session, swedish("2026-03-02 16:00"), "websesam")
        # Eight working hours from 09.00 were over by now; from 15.00, in the other portal, they are not.
        sweep(session, OFFICE, swedish("2026-03-03 08:30"))
        assert letters(session, "reminder") == []
        sweep(session, OFFICE, swedish("2026-03-03 14:00"))
        assert [letter.recipient for letter in letters(session, "reminder")] == [PRESCRIBER]


def test_a_registered_row_is_never_asked_for_again() -> None:
    with desk_session() as session:
        owed(session, swedish("2026-03-02 08:00"))
        gone = owed(session, swedish("2026-03-02 08:00"))
        run(session, "2026-03-02", 2)
        orders.register(session, gone.number, "Eva", "123456", swedish("2026-03-03 16:30"))
        run(session, "2026-03-04", 10)
        later = [letter for letter in letters(session, "reminder") if day_of(letter.queued_at).day > 3]
        assert later
        assert all(gone.number not in numbers_in(letter) for letter in later)


def test_many_rows_are_one_mail_a_day() -> None:
    with desk_session() as session:
        for minute in range(60):
            owed(session, swedish(f"2026-03-02 08:{minute:02}"))
        run(session, "2026-03-02", 5, hours=(8, 9, 10, 11, 12, 13, 14, 15, 16))
        each = Counter(
            (letter.recipient, day_of(letter.queued_at)) for letter in letters(session, "reminder")
        )
        assert set(each.values()) == {1}
        first = next(letter for letter in letters(session, "reminder") if letter.recipient == PURCHASERS[0])
        assert len(numbers_in(first)) >= 1


def test_a_drill_reminds_apart_and_says_so() -> None:
    with desk_session() as session:
        (sesam,) = outage(session, swedish("2026-03-02 08:00"), "sesam2", drill=True)
        owed(session, swedish("2026-03-02 09:00"), drill=True)
        real = owed(session, swedish("2026-03-02 09:00"), sender_address="per@kil.se")
        sesam.up_at = swedish("2026-03-02 10:00")
        sweep(session, OFFICE, swedish("2026-03-02 10:01"))
        told = letters(session, "recovery")
        assert [letter.recipient for letter in told] == [PRESCRIBER]
        assert told[0].subject.startswith("ÖVNING: ")
        assert all(real.number not in numbers_in(letter) for letter in letters(session, "recovered"))


@pytest.mark.parametrize(
    ("owner", "address", "to", "staff", "told"),
    [
        ("desk", None, "owner", STAFF, PURCHASERS),
        ("technician", None, "owner", STAFF, (TECHNICIAN,)),
        ("technician", "x@kil.se", "owner", STAFF, ("x@kil.se",)),
        ("operations_manager", None, "owner", STAFF, (MANAGER,)),
        ("prescriber", None, "owner", STAFF, (PRESCRIBER,)),
        ("desk", None, "owner", Staff(unit_managers=(CHIEF,)), (CHIEF,)),
        ("desk", None, "unit_manager", Staff(operations_managers=(MANAGER,)), (MANAGER,)),
        ("desk", None, "operations_manager", Staff(), ()),
    ],
)
def test_each_step_has_its_recipients_and_goes_up_where_a_role_is_empty(
    owner: str, address: str | None, to: str, staff: Staff, told: tuple[str, ...]
) -> None:
    with desk_session() as session:
        row = owed(session, MONTH, owner=owner, owner_address=address)
    assert recipients(row, Step.model_validate({"after_hours": 1, "to": to}), staff) == told


# -- a month of outages in any order ------------------------------------------------------------------

MONTH = swedish("2026-12-07 00:00")  # holds Christmas and New Year
SYSTEMS = ("sesam2", "websesam", "visma-websesam")
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 31 * 24 * 4 - 1),
        st.sampled_from(["book", "book", "book", "work", "prescribe", "settle", "cancel", "down", "up"]),
        st.integers(0, 2),
    ),
    max_size=40,
)


class Month:
    """A month played event by event; what is true is kept here, apart from the ledger."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.down: dict[str, SystemRow] = {}
        self.open_from: dict[str, list[datetime]] = {name: [] for name in SYSTEMS}
        self.settled: dict[str, datetime] = {}
        self.rows: list[OrderRow] = []

    def play(self, action: str, which: int, at: datetime) -> None:
        waiting = [row for row in self.rows if row.number not in self.settled]
        name = SYSTEMS[which]
        if action == "down" and name not in self.down:
            (self.down[name],) = outage(self.session, at, name)
        elif action == "up" and name in self.down:
            self.down.pop(name).up_at = at
            self.open_from[name].append(at)
        elif action in ("settle", "cancel") and waiting:
            row = waiting[which % len(waiting)]
            done = orders.register if action == "settle" else orders.cancel
            done(self.session, row.number, "Eva", "skäl", at)
            self.settled[row.number] = at
        elif action in ("book", "work", "prescribe"):
            self.rows.append(self.booked(action, which, at))

    def booked(self, action: str, which: int, at: datetime) -> OrderRow:
        sender = f"person{which}@arvika.se"
        if action == "book":
            return owed(self.session, at, sender_address=sender)
        kind = Kind.WORK_ORDER if action == "work" else Kind.PRESCRIPTION
        fields: dict[str, Any] = {"owner": "prescriber", "owner_address": sender, "system": "visma-websesam"}
        return owed(self.session, at, kind=kind, sender_address=sender, **fields)

    def places(self, row: OrderRow) -> tuple[str, ...]:
        return {"facility_order": SYSTEMS[:1], "work_order": SYSTEMS[2:], "prescription": SYSTEMS[1:]}[
            row.kind
        ]

    def since(self, row: OrderRow) -> datetime | None:
        """Since when the row can be registered: the earliest of the places that are up."""
        opened = [max([row.booked_at, *self.open_from[n]]) for n in self.places(row) if n not in self.down]
        return min(opened, default=None)

    def check(self, at: datetime) -> None:
        """Hold every letter that was just written to what is true now."""
        query = select(LetterRow).where(LetterRow.queued_at == at, LetterRow.kind == "reminder")
        written = {letter.recipient: numbers_in(letter) for letter in self.session.exec(query)}
        pending = {row.id: row for row in self.rows if row.number not in self.settled}
        told = set()
        for reminder in self.session.exec(select(ReminderRow).where(ReminderRow.done_at == at)):
            row, step = pending[reminder.order_id], OFFICE.steps[reminder.step - 1]
            since = self.since(row)
            assert since is not None
            assert OFFICE.calendar.add_working_hours(since, step.after_hours) <= at
            for address in recipients(row, step, STAFF):
                assert row.number in written[address]
                told.add((address, row.number))
        assert told == {(address, number) for address, listed in written.items() for number in listed}

    def check_none_missing(self, at: datetime) -> None:
        """After the first sweep of an open day nothing that is due waits: nobody was reminded before it."""
        done = {(row.order_id, row.step) for row in self.session.exec(select(ReminderRow)) if row.done_at}
        for row in self.rows:
            since = self.since(row)
            if row.number in self.settled or since is None:
                continue
            for number, step in enumerate(OFFICE.steps, start=1):
                due = OFFICE.calendar.add_working_hours(since, step.after_hours) <= at
                assert not due or (row.id, number) in done


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS)
def test_a_month_of_outages_forgets_nobody_and_pesters_nobody(events: list[tuple[int, str, int]]) -> None:
    with desk_session() as session:
        month, queue = Month(session), sorted(events, key=lambda event: event[0])
        for hour in (24 * day + hour for day in range(31) for hour in (9, 12, 15)):
            at, quarter = MONTH + timedelta(hours=hour), 4 * hour
            while queue and queue[0][0] <= quarter:
                when, action, which = queue.pop(0)
                month.play(action, which, MONTH + timedelta(minutes=15 * when))
            sweep(session, OFFICE, at)
            month.check(at)
            if at.astimezone(SWEDEN).hour == 9 and OFFICE.calendar.is_open(at):
                month.check_none_missing(at)
        check_sums(session, month)


def check_sums(session: Session, month: Month) -> None:
    states = Counter(row.state for row in orders.listing(session))
    assert states.total() == len(month.rows)
    assert states["pending"] == len(month.rows) - len(month.settled)
    written = letters(session, "reminder")
    each = Counter((letter.recipient, day_of(letter.queued_at)) for letter in written)
    assert set(each.values()) <= {1}
    assert all(OFFICE.calendar.is_open(letter.queued_at) for letter in written)
    # Each step of a row is told once to each of those it is for.
    told = Counter((letter.recipient, number) for letter in written for number in numbers_in(letter))
    assert all(count <= len(OFFICE.steps) for count in told.values())
    reminders = session.exec(select(ReminderRow)).all()
    assert len({(row.order_id, row.step) for row in reminders}) == len(reminders)
