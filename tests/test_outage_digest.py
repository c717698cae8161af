"""The digest: what it tells, when it is sent, and the workbook beside it."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlmodel import Session, select

from service.ledger import audit, journal, orders
from service.ledger.engine import open_ledger, writing
from service.ledger.tables import MessageRow
from service.outage import digest
from service.outage.office import DigestPlan
from service.outage.sweep import sweep
from service.values import Certainty, Decision, Judgement, Kind, Reason
from tests.command import made_desk
from tests.office import OFFICE, PURCHASERS, desk_session, letters, outage, owed, swedish

MORNING = swedish("2026-03-02 09:00")
NOON = swedish("2026-03-02 12:00")


def flagged(session: Session, at: Any, text: str = "Ett namn kan vara en patients.") -> None:
    digest_of_mail = f"{len(journal.listing(session)) + 1:064x}"
    rows = journal.receive(session, [journal.Arrival(1, 1, digest_of_mail, at)], at)
    reason = Reason("unknown_name", Certainty.POSSIBLE, "mailet", "namn", text)
    judged = Judgement(Decision.FLAGGED, Kind.OTHER, (reason,), sender_address="x@kil.se", trusted=True)
    journal.record(session, rows[digest_of_mail].id or 0, judged, at)


def test_stock_comes_first_then_what_is_urgent_then_the_rest() -> None:
    with desk_session() as session:
        rest = owed(session, MORNING)
        urgent = owed(session, MORNING, urgent=True)
        stock = owed(session, MORNING, Kind.STOCK_REPLENISHMENT, to_stock="Grums kundlager", facility=None)
        flagged(session, MORNING)
        shown = digest.digest(session, NOON).shown
        assert [(group.title, [item.number for item in group.items]) for group in shown.groups] == [
            ("Förråd", [stock.number]),
            ("Brådskar", [urgent.number]),
            ("Övrigt", [rest.number]),
        ]
        assert (shown.new, shown.urgent, len(shown.doubts)) == (3, 1, 1)
        assert shown.counts == {"att registrera": 3, "mail att avgöra": 1, "registrerade": 0, "makulerade": 0}
        assert digest.send(session, OFFICE, NOON) == len(PURCHASERS)
        (letter, _) = letters(session, "digest")
        assert letter.subject == "BRÅDSKAR: 3 att registrera, 3 nya"
        for said in (
            rest.number,
            "Rollator Carl-Oskar",
            "Ett namn kan vara en patients.",
            "makulerad: dubblett",
        ):
            assert said in letter.text
            assert said in letter.html
        assert audit.verify(session).head in letter.text.replace("\n", "")


def test_many_rows_stand_in_the_list_beside() -> None:
    with desk_session() as session:
        for _ in range(60):
            owed(session, MORNING)
        (group,) = digest.digest(session, NOON).shown.groups
        assert (len(group.items), group.hidden) == (digest.SHOWN, 60 - digest.SHOWN)
        digest.send(session, OFFICE, NOON)
        letter = letters(session, "digest")[0]
        assert "… och 20 till" in letter.text
        assert letter.attachment is not None
        sheet = openpyxl.load_workbook(BytesIO(letter.attachment)).active
        assert sheet.max_row == 61


def test_the_workbook_holds_text_as_text() -> None:
    hostile = '=HYPERLINK("http://x.se";"klicka")'
    lines = (("00123", hostile, 1.5), ("+46", "-1", 2.0), (None, "@SUM(1)", 3.0))
    with desk_session() as session:
        owed(session, MORNING, lines=lines, from_stock="=1+1", customer_number="1234")
        gathered = digest.digest(session, NOON)
    sheet = openpyxl.load_workbook(BytesIO(gathered.workbook)).active
    heads = [cell.value for cell in sheet[1]]
    assert heads[:11] == [
        "Nummer", "Sort", "Från", "Till", "Boende", "Artikel", "Benämning", "Antal", "Enhet", "Önskat datum",
        "Beställare",
    ]  # fmt: skip
    assert [cell.value for cell in sheet["G"]][1:] == [hostile, "-1", "@SUM(1)"]
    assert [cell.value for cell in sheet["F"]][1:] == ["00123", "+46", None]
    assert [cell.value for cell in sheet["H"]][1:] == [1.5, 2, 3]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}
    assert all(cell.hyperlink is None for row in sheet for cell in row)


def sends(session: Session, times: dict[str, Any], **plan: Any) -> dict[str, int]:
    """Do each thing at its time and sweep a second later; return how many digests each gave."""
    office = OFFICE.__class__(
        OFFICE.desk, OFFICE.templates, OFFICE.staff, OFFICE.calendar, OFFICE.duties, OFFICE.steps,
        DigestPlan(OFFICE.plan.times, **plan),
    )  # fmt: skip
    found = {}
    for clock, happens in times.items():
        at = swedish(f"2026-03-02 {clock}")
        if happens:
            happens(at)
        found[clock] = sweep(session, office, at + timedelta(seconds=1)).digests // len(PURCHASERS)
    return found


def test_a_digest_is_sent_at_its_times_and_only_for_news() -> None:
    with desk_session() as session:
        sent = sends(
            session,
            {
                "09:00": lambda at: owed(session, at),
                "11:59": None,
                "12:00": None,
                "12:01": None,
                "15:00": None,
                "15:10": lambda at: flagged(session, at),
                "23:00": None,
            },
        )
        assert [clock for clock, count in sent.items() if count] == ["12:00"]
        assert sweep(session, OFFICE, swedish("2026-03-03 07:30")).digests == len(PURCHASERS)
        assert sweep(session, OFFICE, swedish("2026-03-03 12:00")).digests == 0


def test_a_registration_is_news_and_an_empty_desk_is_not_written_to() -> None:
    with desk_session() as session:
        row = owed(session, MORNING)
        kept = owed(session, MORNING)
        assert sweep(session, OFFICE, NOON).digests == 2
        orders.register(session, row.number, "Eva", None, NOON + timedelta(hours=1))
        assert sweep(session, OFFICE, swedish("2026-03-02 15:00")).digests == 2
        orders.register(session, kept.number, "Eva", None, swedish("2026-03-02 15:30"))
        assert sweep(session, OFFICE, swedish("2026-03-03 07:30")).digests == 0


@pytest.mark.parametrize(("only", "expected"), [(True, 0), (False, 1)])
def test_the_setting_decides_whether_an_unchanged_digest_is_sent(only: bool, expected: int) -> None:
    with desk_session() as session:
        times = {"09:00": lambda at: owed(session, at), "12:00": None, "15:00": None}
        assert sends(session, times, only_when_changed=only)["15:00"] == expected


def test_an_urgent_order_is_told_at_once_and_a_burst_in_one() -> None:
    with desk_session() as session:

        def urgent(at: Any) -> None:
            owed(session, at, urgent=True)

        times = {
            "09:00": urgent,
            "09:02": urgent,
            "09:04": urgent,
            "09:09": None,
            "09:11": None,
            "09:30": None,
        }
        sent = sends(session, times)
        assert [clock for clock, count in sent.items() if count] == ["09:00", "09:11"]
        assert "2 nya" in letters(session, "digest")[-1].subject


def test_urgent_orders_can_be_left_to_the_set_times() -> None:
    with desk_session() as session:
        times = {"09:00": lambda at: owed(session, at, urgent=True), "12:00": None}
        assert sends(session, times, urgent_at_once=False) == {"09:00": 0, "12:00": 1}


def test_a_daemon_that_was_away_at_the_time_sends_the_digest_when_it_is_back() -> None:
    with desk_session() as session:
        outage(session, MORNING, "sesam2")
        owed(session, MORNING)
        assert sweep(session, OFFICE, swedish("2026-03-02 14:20")).digests == 2
        (letter, _) = letters(session, "digest")
        assert "Ligger nere: Sesam 2." in letter.text


def test_the_command_shows_it_and_sends_it(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    assert "staff.purchasers: ingen att skicka till" in desk("digest", "send").fault
    with desk.settings.open("a", encoding="utf-8") as settings:
        settings.write(f'[staff]\npurchasers = ["{PURCHASERS[0]}"]\n')
    assert "Inget väntar" in desk("digest", "send").out
    ledger = open_ledger(desk.state / "ledger.db")
    with writing(ledger) as session:
        row = owed(session, MORNING, urgent=True)
    ledger.dispose()

    book = tmp_path / "lista.xlsx"
    told = desk("digest", "show", "--xlsx", str(book))
    assert told.out.startswith("Ämne: BRÅDSKAR: 1 att registrera")
    assert openpyxl.load_workbook(book).active["A2"].value == row.number
    (shown,) = desk("digest", "show", "--json").rows
    assert shown["groups"][0]["items"][0]["number"] == row.number
    assert desk("letters", "list", "--json").rows == []
    assert "1 brev väntar på att skickas" in desk("digest", "send").out
    (letter,) = desk("letters", "list", "--json").rows
    assert (letter["recipient"], letter["kind"]) == (PURCHASERS[0], "digest")
    assert "Bilaga: Att registrera" in desk("letters", "show", "1").out
    assert "går inte att skriva" in desk("digest", "show", "--xlsx", str(tmp_path / "x" / "y.xlsx")).fault


def test_what_is_done_in_a_drill_is_no_news_for_what_is_real() -> None:
    with desk_session() as session:
        owed(session, MORNING)
        assert sweep(session, OFFICE, NOON).digests == len(PURCHASERS)
        outage(session, NOON, "sesam2", drill=True)
        rehearsed = owed(session, NOON + timedelta(hours=1), drill=True)
        orders.cancel(session, rehearsed.number, "Eva", "övning", NOON + timedelta(hours=2))
        flagged(session, NOON + timedelta(hours=1))
        session.exec(select(MessageRow)).one().drill = True
        assert sweep(session, OFFICE, swedish("2026-03-02 15:00")).digests == len(PURCHASERS)
        last = letters(session, "digest")[-1]
        assert last.subject.startswith("ÖVNING: ")
