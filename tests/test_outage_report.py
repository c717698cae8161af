"""The report, the chart in it and the incident list: right, whole, and without a word of a mail."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from service.errors import RulesError
from service.ledger import journal
from service.outage import declared, incidents
from service.outage.chart import HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from service.outage.pages import page
from service.outage.report import find_report, report, span
from service.settings import shipped_rules
from service.values import Certainty, Decision, Judgement, Kind, Reason, Zone
from tests.command import made_desk
from tests.office import desk_session, outage, owed, swedish

BEGAN, NOW = swedish("2026-03-02 08:00"), swedish("2026-03-02 12:00")
HOUR = timedelta(hours=1)
WORDS = incidents.load_words(shipped_rules())
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def rejected(session: Session, uid: int, *codes: str, review: bool = False) -> None:
    """Write a rejected mail, or one that a person rejects an hour later."""
    digest = f"{uid:064x}"
    row = journal.receive(session, [journal.Arrival(1, uid, digest, BEGAN)], BEGAN)[digest]
    sure = Certainty.POSSIBLE if review else Certainty.CERTAIN
    reasons = tuple(Reason(code, sure, "hemlig.xlsx", code, "Ett fynd.", Zone.BODY) for code in codes)
    decision = Decision.FLAGGED if review else Decision.REJECTED
    journal.record(session, row.id or 0, Judgement(decision, Kind.OTHER, reasons), BEGAN + HOUR)
    if review:
        journal.settle_review(session, row.id or 0, journal.Review.REJECTED, "Åsa", BEGAN + 2 * HOUR)


def test_the_incident_list_counts_sorts_and_hours_and_tells_nothing_else() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        rejected(session, 1, "personnummer", "patient_name", "personnummer")
        rejected(session, 2, "patient_name")
        rejected(session, 3, "initials", review=True)
        found = incidents.listing(session)
    assert incidents.sums(found) == {"patient_name": 2, "personnummer": 1, "initials": 1}
    assert found[0].sorts == {"personnummer": 2, "patient_name": 1}
    assert [each.known_at for each in found] == [BEGAN + HOUR, BEGAN + HOUR, BEGAN + 2 * HOUR]
    assert found[0].due_at == BEGAN + 73 * HOUR
    assert found[0].told_left(BEGAN + HOUR) == "72 h"
    assert found[0].told_left(BEGAN + 72.5 * HOUR) == "30 min"
    assert found[0].told_left(BEGAN + 73 * HOUR) == "har gått ut"
    assert WORDS.of("no_such_sort") == "personuppgifter"


def test_incidents_are_listed_for_people_and_for_programs_and_an_empty_list_says_so(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    assert desk("incidents", "list").out == "Inga mail har avvisats.\n"
    assert desk("incidents", "list", "--json").rows == []


def test_a_report_of_an_outage_with_nothing_in_it_is_whole() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        number, told = find_report(session, shipped_rules(), None, NOW)
    shown = page(shipped_rules(), "report", report=told)
    assert number == 1
    for said in (
        "Driftstopp 1",
        "Pågår",
        "Inga mail har avvisats.",
        "Ingenting väntar.",
        "Inget är noterat.",
    ):
        assert said in shown
    assert "<script" not in shown
    assert "http" not in shown


def test_a_report_shows_what_waits_longest_first_and_escapes_what_people_typed() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        row = declared.find(session, 1)
        row.note, row.declared_by = "<b>fet</b>", "Åsa & Bo"
        owed(session, BEGAN + HOUR, outage_id=1)
        owed(
            session,
            BEGAN + 2 * HOUR,
            Kind.WORK_ORDER,
            outage_id=1,
            owner="prescriber",
            system="visma-websesam",
        )
        told = report(session, row, WORDS, NOW)
    shown = page(shipped_rules(), "report", report=told)
    waiting = next(table for table in told.tables if table.title == "Väntar på registrering")
    assert [line[0] for line in waiting.rows] == ["RP-2026-000001", "RP-2026-000002"]
    assert waiting.rows[1][2:] == ("förskrivaren", "Visma webSesam", "2 h 01 min")
    assert "&lt;b&gt;fet&lt;/b&gt;" in shown
    assert "Åsa &amp; Bo" in shown
    assert "Rollator" not in shown


def test_a_page_that_cannot_be_filled_is_told_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    with pytest.raises(RulesError, match=r"report/slips\.html\.j2"):
        page(tmp_path, "slips")
    (tmp_path / "report" / "slips.html.j2").write_text("{{ numbers[0] }", encoding="utf-8")
    with pytest.raises(RulesError, match="rätta mallen"):
        page(tmp_path, "slips", numbers=["B-00001"])


@given(
    st.lists(moments, max_size=20),
    st.lists(moments, max_size=20),
    moments,
    st.timedeltas(timedelta(), 300 * 24 * HOUR),
)
def test_the_chart_rises_by_one_for_each_and_stays_in_its_frame(
    came: list[datetime], done: list[datetime], start: datetime, length: timedelta
) -> None:
    drawn = chart(came, done[: len(came)], start, start + length)
    for points, count in ((drawn.came, len(came)), (drawn.done, min(len(done), len(came)))):
        pairs = [tuple(map(float, point.split(","))) for point in points.split()]
        assert len(pairs) == 2 * count + 2
        assert all(LEFT <= across <= WIDTH - RIGHT and TOP <= up <= HEIGHT for across, up in pairs)
        assert pairs == sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    assert [tick.at for tick in drawn.times] == sorted(tick.at for tick in drawn.times)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 h 05 min"),
        (timedelta(days=2, hours=4, minutes=59), "2 dygn 4 h"),
    ],
)
def test_a_length_of_time_is_said_as_people_do(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_the_drawing_in_the_page_is_well_formed() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        owed(session, BEGAN + HOUR, outage_id=1)
        _, told = find_report(session, shipped_rules(), 1, NOW)
    shown = page(shipped_rules(), "report", report=told)
    drawing = re.search(r"<svg.*?</svg>", shown, re.DOTALL)
    assert drawing
    assert len(ElementTree.fromstring(drawing[0]).findall("polyline")) == 2
