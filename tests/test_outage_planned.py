"""A stop that is declared ahead: what it is until its time, and what it becomes then."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.ledger import windows
from service.ledger.engine import open_ledger, writing
from service.ledger.overview import overview
from service.ledger.tables import AuditRow, OutageRow, PlannedStopRow
from service.outage import declared, overdue, planned, systems
from tests.office import MANAGER, OFFICE, letters, swedish

NOW = swedish("2026-03-02 10:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with writing(open_ledger(tmp_path / "ledger.db")) as opened:
        yield opened


def announced(
    session: Session, *names: str, start: datetime = NOW + 8 * HOUR, end: datetime | None = NOW + 12 * HOUR
) -> PlannedStopRow:
    return planned.announce(session, names or ("sesam2",), start, end, "Åsa", NOW)


def events(session: Session) -> list[str]:
    bodies = session.exec(select(AuditRow.body).order_by(col(AuditRow.seq)))
    return [json.loads(body)["event"] for body in bodies]


def down(session: Session) -> dict[str, tuple[datetime | None, bool]]:
    """Since when each system is down in the outage that goes on, and whether by plan."""
    states = systems.states(systems.of_outage(session, declared.running(session)))
    return {state.name: (state.down_since, state.planned) for state in states if not state.up}


def test_before_its_time_it_is_no_outage_to_anybody(session: Session) -> None:
    stop = announced(session, "sesam2", "websesam")
    assert planned.begin_due(session, NOW + 7 * HOUR) == 0
    assert declared.current(session) is None
    assert declared.history(session) == []
    assert systems.down_now(session) == frozenset()
    assert windows.unfinished(session) + windows.answering(session) + windows.drained(session) == ()
    assert windows.home_of(session, NOW + 9 * HOUR, marked=False) is None
    assert planned.coming(session) == [stop]


@pytest.mark.parametrize("late", [timedelta(), 5 * HOUR], ids=["in time", "after a program that stood still"])
def test_at_its_time_it_becomes_an_outage_from_that_very_time_once(session: Session, late: timedelta) -> None:
    stop = announced(session, "sesam2", "websesam")
    assert planned.begin_due(session, stop.starts_at + late) == 1
    assert planned.begin_due(session, stop.starts_at + late) == 0
    outage = declared.running(session)
    assert (outage.started_at, outage.planned, outage.declared_by) == (stop.starts_at, True, "Åsa")
    assert down(session) == {"sesam2": (stop.starts_at, True), "websesam": (stop.starts_at, True)}
    assert (planned.coming(session), planned.begun(session)) == ([], [stop])
    assert events(session) == ["planned_stop_declared", "outage_started", "planned_stop_begun"]


def test_it_joins_an_outage_that_goes_on_and_leaves_what_is_down_already(session: Session) -> None:
    stop = announced(session, "sesam2", "websesam")
    going = declared.start(session, ["sesam2"], NOW + 7 * HOUR, "Bo", NOW + 7 * HOUR)
    assert planned.begin_due(session, stop.starts_at) == 1
    assert stop.outage_id == going.id
    assert down(session) == {"sesam2": (NOW + 7 * HOUR, False), "websesam": (stop.starts_at, True)}
    declared.end(session, NOW + 9 * HOUR, "Bo", NOW + 9 * HOUR)
    assert systems.down_now(session) == frozenset()


def test_it_ends_a_drill_and_does_not_mind_an_outage_that_came_and_went(session: Session) -> None:
    stop = announced(session)
    declared.start(session, ["sesam2"], NOW, "Bo", NOW)
    declared.end(session, NOW + HOUR, "Bo", NOW + HOUR)
    drill = declared.start(session, ["sesam2"], NOW + 6 * HOUR, "Bo", NOW + 6 * HOUR, drill=True)
    planned.begin_due(session, stop.starts_at)
    assert drill.ended_at == stop.starts_at
    assert declared.running(session).started_at == stop.starts_at


def test_it_begins_late_after_an_outage_that_was_declared_by_hand_meanwhile(session: Session) -> None:
    stop = announced(session)
    declared.start(session, ["websesam"], stop.starts_at - HOUR, "Bo", NOW + 9 * HOUR)
    declared.end(session, stop.starts_at + HOUR, "Bo", NOW + 10 * HOUR)
    planned.begin_due(session, NOW + 11 * HOUR)
    assert declared.running(session).started_at == stop.starts_at + HOUR


def test_two_stops_follow_each_other_and_two_at_once_are_one_outage(session: Session) -> None:
    first, second = announced(session, "sesam2"), announced(session, "websesam", end=None)
    third = announced(session, "sesam2", start=NOW + 20 * HOUR, end=None)
    assert planned.begin_due(session, NOW + 9 * HOUR) == 2
    assert first.outage_id == second.outage_id
    declared.end(session, NOW + 12 * HOUR, "Bo", NOW + 12 * HOUR)
    assert planned.begin_due(session, NOW + 20 * HOUR) == 1
    assert len(session.exec(select(OutageRow)).all()) == 2
    assert third.outage_id == declared.running(session).id


def test_it_is_moved_with_its_end_and_called_off(session: Session) -> None:
    stop = announced(session)
    planned.move(session, stop, NOW + 10 * HOUR, None, "Bo", NOW)
    assert (stop.starts_at, stop.expected_end) == (NOW + 10 * HOUR, NOW + 14 * HOUR)
    planned.move(session, stop, None, NOW + 11 * HOUR, "Bo", NOW)
    assert (stop.starts_at, stop.expected_end) == (NOW + 10 * HOUR, NOW + 11 * HOUR)
    assert planned.begin_due(session, NOW + 9 * HOUR) == 0
    planned.call_off(session, stop, "Bo", NOW + 9 * HOUR)
    assert planned.begin_due(session, NOW + 10 * HOUR) == 0
    assert declared.current(session) is None
    assert events(session) == [
        "planned_stop_declared",
        "planned_stop_moved",
        "planned_stop_moved",
        "planned_stop_called_off",
    ]


def test_what_cannot_be_is_refused_and_changes_nothing(session: Session) -> None:
    stop = announced(session, "sesam2", "websesam")
    for names, start, end, said in [
        (["sesam9"], NOW + HOUR, None, "välj bland"),
        (["visma-websesam"], NOW + HOUR, NOW + HOUR, "slutet måste ligga efter början"),
        (["websesam"], stop.starts_at, None, "planerat driftstopp 1 gäller redan webSesam då"),
        (["websesam"], NOW + 7 * HOUR, stop.starts_at, "gäller redan webSesam"),
        (["sesam2", "websesam"], NOW + 12 * HOUR, None, "gäller redan Sesam 2 och webSesam"),
    ]:
        with pytest.raises(LedgerError, match=said):
            planned.announce(session, names, start, end, "Bo", NOW)
    other = announced(session, "sesam2", start=NOW + 13 * HOUR, end=None)
    moves: list[tuple[datetime | None, datetime | None, str]] = [
        (NOW - HOUR, None, "har redan varit"),
        (None, NOW + 7 * HOUR, "slutet måste"),
        (NOW + 10 * HOUR, None, "planerat driftstopp 2 gäller redan Sesam 2 då"),
    ]
    for new_start, new_end, said in moves:
        with pytest.raises(LedgerError, match=said):
            planned.move(session, stop, new_start, new_end, "Bo", NOW)
    assert (stop.starts_at, stop.expected_end) == (NOW + 8 * HOUR, NOW + 12 * HOUR)
    planned.call_off(session, other, "Bo", NOW)
    with pytest.raises(LedgerError, match="är avbokat"):
        planned.call_off(session, other, "Bo", NOW)
    planned.begin_due(session, stop.starts_at)
    with pytest.raises(LedgerError, match="har redan börjat"):
        planned.call_off(session, stop, "Bo", stop.starts_at)
    with pytest.raises(LedgerError, match="har redan börjat"):
        planned.move(session, stop, NOW + 20 * HOUR, None, "Bo", stop.starts_at)


def test_it_is_found_by_its_number_or_as_the_only_one(session: Session) -> None:
    with pytest.raises(LedgerError, match="inget driftstopp är planerat"):
        planned.find(session, None)
    stop = announced(session)
    assert planned.find(session, None) is stop
    other = announced(session, "websesam")
    with pytest.raises(LedgerError, match="ange ett av numren 1 och 2"):
        planned.find(session, None)
    assert planned.find(session, 2) is other
    with pytest.raises(LedgerError, match="planerat driftstopp 9 finns inte"):
        planned.find(session, 9)
    planned.call_off(session, stop, "Bo", NOW)
    planned.begin_due(session, other.starts_at)
    assert planned.find(session, None) is other


def test_an_end_that_has_passed_is_told_once_and_a_new_one_anew(session: Session) -> None:
    stop = announced(session, "sesam2", "websesam")
    assert overdue.tell(session, OFFICE, NOW + 13 * HOUR) == 0
    planned.begin_due(session, stop.starts_at)
    assert overdue.tell(session, OFFICE, NOW + 11 * HOUR) == 0
    assert [overdue.tell(session, OFFICE, NOW + 12 * HOUR) for _ in range(2)] == [1, 0]
    (told,) = letters(session, "overdue")
    assert told.recipient == MANAGER
    assert told.subject == "Sesam 2 och webSesam skulle ha fungerat 2026-03-02 22.00"
    assert "reservpost outage move 1 --until TID" in told.text
    going = declared.running(session)
    systems.up(session, going, "sesam2", NOW + 13 * HOUR, "Bo", NOW + 13 * HOUR)
    planned.move(session, stop, None, NOW + 14 * HOUR, "Bo", NOW + 13 * HOUR)
    assert overdue.tell(session, OFFICE, NOW + 13 * HOUR) == 0
    assert overdue.tell(session, OFFICE, NOW + 14 * HOUR) == 1
    assert letters(session, "overdue")[1].subject == "webSesam skulle ha fungerat 2026-03-03 00.00"
    planned.move(session, stop, None, NOW + 15 * HOUR, "Bo", NOW + 14 * HOUR)
    systems.up(session, going, "websesam", NOW + 14 * HOUR, "Bo", NOW + 14 * HOUR)
    assert overdue.tell(session, OFFICE, NOW + 16 * HOUR) == 0


def test_status_is_told_what_is_to_come_and_what_of_a_stop_is_still_down(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = open_ledger(path)
    with writing(ledger) as session:
        stop = announced(session, "sesam2", "websesam")
        later = announced(session, "sesam2", start=NOW + 20 * HOUR, end=None)
        planned.call_off(session, announced(session, "visma-websesam"), "Bo", NOW)
    told = {"number": 1, "starts_at": stop.starts_at.isoformat(), "expected_end": "2026-03-02T21:00:00+00:00"}
    assert overview(path)["planned_stops"] == [
        told | {"systems": ["sesam2", "websesam"], "begun": False},
        {"number": 2, "starts_at": later.starts_at.isoformat(), "expected_end": None}
        | {"systems": ["sesam2"], "begun": False},
    ]
    with writing(ledger) as session:
        planned.begin_due(session, stop.starts_at)
        systems.up(session, declared.running(session), "sesam2", NOW + 9 * HOUR, "Bo", NOW + 9 * HOUR)
    assert overview(path)["planned_stops"][0] == told | {"systems": ["websesam"], "begun": True}
    with writing(ledger) as session:
        declared.end(session, NOW + 10 * HOUR, "Bo", NOW + 10 * HOUR)
    assert [each["number"] for each in overview(path)["planned_stops"]] == [2]
