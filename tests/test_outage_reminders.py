"""Word of recovery and reminders: who is told what, when, and never once too often."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from service.clock import SWEDEN
from service.ledger import orders
from service.ledger.tables import LetterRow, SystemRow
from service.outage.calendar import day_of
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


def test_a_system_that_is_down_again_is_not_told_to_be_back() -> None:
    with desk_session() as session:
        (first,) = outage(session, swedish("2026-03-02 08:00"), "sesam2")
        owed(session, swedish("2026-03-02 09:00"))
        first.up_at = swedish("2026-03-02 10:00")
        again = SystemRow(outage_id=first.outage_id, name="sesam2", down_at=swedish("2026-03-02 10:30"))
        session.add(again)
        assert sweep(session, OFFICE, swedish("2026-03-02 11:00")).recovery == 0
        again.up_at = swedish("2026-03-02 12:00")
        assert sweep(session, OFFICE, swedish("2026-03-02 12:01")).recovery == 1 + 3
        assert sweep(session, OFFICE, swedish("2026-03-02 12:02")).recovery == 0


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


def test_after_a_long_silence_the_owner_is_asked_before_anyone_is_told_of_neglect() -> None:
    with desk_session() as session:
        (sesam,) = outage(session, swedish("2026-03-02 08:00"), "sesam2")
        owed(session, swedish("2026-03-02 09:00"))
        sesam.up_at = swedish("2026-03-02 10:00")
        run(session, "2026-03-16", 8)
        told = [(letter.recipient, day_of(letter.queued_at).day) for letter in letters(session, "reminder")]
        # Eight working hours lie between the first two steps, and sixteen between the last two.
        assert told == [(PURCHASERS[0], 16), (PURCHASERS[1], 16), (MANAGER, 16), (CHIEF, 18)]


def test_who_stands_in_for_a_role_that_nobody_has_is_told_so() -> None:
    office = replace(OFFICE, staff=Staff(PURCHASERS, unit_managers=(CHIEF,)))
    with desk_session() as session:
        (sesam,) = outage(session, swedish("2026-03-02 08:00"), "sesam2")
        owed(session, swedish("2026-03-02 08:30"), owner="technician")
        sesam.up_at = swedish("2026-03-02 09:00")
        for day in (4, 6, 12):
            assert sweep(session, office, swedish(f"2026-03-{day:02} 10:00")).unaddressed == 0
        first, second, third = letters(session, "reminder")
        assert {letter.recipient for letter in (first, second, third)} == {CHIEF}
        assert "INGEN ÄR ANGIVEN FÖR DET" in first.text.upper()
        assert "INGEN DRIFTSLEDARE ÄR ANGIVEN" in second.text.upper()
        assert "TILL DIG SOM ENHETSCHEF" in third.text.upper()


def test_rows_that_nobody_can_be_reminded_of_are_counted_also_at_night() -> None:
    with desk_session() as session:
        owed(session, swedish("2026-03-02 08:00"), owner="technician")
        owed(session, swedish("2026-03-02 08:00"))
        alone = replace(OFFICE, staff=Staff(technicians=(TECHNICIAN,)))
        assert sweep(session, alone, swedish("2026-03-02 10:00")).hinder == ""
        assert [
            (swept.unaddressed, swept.reminders)
            for swept in (
                sweep(session, alone, swedish(f"2026-03-03 {clock}")) for clock in ("10:00", "22:00")
            )
        ] == [(1, 1), (1, 0)]
        assert "(rader: 1)" in sweep(session, alone, swedish("2026-03-03 23:00")).hinder


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
        ("technician", None, "owner", Staff(PURCHASERS), PURCHASERS),
        ("desk", None, "unit_manager", Staff(PURCHASERS), PURCHASERS),
        ("desk", None, "operations_manager", Staff(technicians=(TECHNICIAN,)), ()),
    ],
)
def test_each_step_has_its_recipients_and_goes_up_where_a_role_is_empty(
    owner: str, address: str | None, to: str, staff: Staff, told: tuple[str, ...]
) -> None:
    with desk_session() as session:
        row = owed(session, swedish("2026-12-07 09:00"), owner=owner, owner_address=address)
    assert recipients(row, Step.model_validate({"after_hours": 1, "to": to}), staff) == told
