"""t-18: a day without portal and without mail: all by phone, on slips and at the desk, and typed in later."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import load_workbook

from service.errors import LedgerError
from service.ledger import orders
from service.ledger.engine import reading, writing
from service.outage import declared, slips
from service.outage.report import Report
from service.outage.slips import SlipKind
from service.reading.sandbox import Sandbox
from service.rules.duties import Owner, Source
from service.values import Kind
from tests.command import reservpost
from tests.office import MANAGER, PRESCRIBER, PURCHASERS, TECHNICIAN
from tests.outage import desk_work
from tests.outage.story import Story, story, text_of, to
from tests.servers import MailServer

PORTALS = ("websesam", "visma-websesam")
KARIN = "karin.holm@kil.se"
TAKEN_OUT = date(2026, 3, 3)


@pytest.fixture
def desk(embedded: MailServer, tmp_path: Path, children: Sandbox) -> Iterator[Story]:
    """A desk at eight: everything has been down since a quarter to, and the slips are printed."""
    with story(tmp_path, embedded, children) as told:
        told.at("2026-03-03 08:00")
        desk_work.declare(told, "sesam2", *PORTALS, since="2026-03-03 07:45")
        with writing(told.ledger) as session:
            going = declared.running(session)
            slips.hand_out(session, SlipKind.ORDER, 6, going, "Åsa", told.clock)
            slips.hand_out(session, SlipKind.WORK_ORDER, 4, going, "Åsa", told.clock)
        yield told


def a_day(desk: Story) -> dict[str, str]:
    """Type in, at three, what came in the day; return the number of each."""
    desk.at("2026-03-03 09:10")
    early = desk.clock
    desk.at("2026-03-03 15:00")
    phone, paper, at_desk = Source.PHONE, Source.PAPER, Source.DESK
    rows = {
        "facility": desk_work.add(desk, Kind.FACILITY_ORDER, phone, facility="Annagården", happened_at=early),
        "transfer": desk_work.add(
            desk,
            Kind.STOCK_TRANSFER,
            phone,
            from_stock="Karlstad centrallager",
            to_stock="Arvika buffertförråd",
            urgent=True,
            happened_at=early,
            delivered_on=TAKEN_OUT,
        ),
        "prescription": desk_work.add(
            desk, Kind.PRESCRIPTION, paper, lines=(), slip_number="b-00001", owner_address=PRESCRIBER
        ),
        "repair": desk_work.add(
            desk, Kind.WORK_ORDER, phone, lines=(), slip_number="A-00001", owner_address=KARIN
        ),
        "service": desk_work.add(
            desk, Kind.WORK_ORDER, at_desk, slip_number="A-00002", lines=(), owner=Owner.TECHNICIAN
        ),
        "assembly": desk_work.add(desk, Kind.WORK_ORDER, at_desk, lines=(";Montera sidogrindar;2;par",)),
        "return": desk_work.add(desk, Kind.RETURN, phone, facility="Annagården"),
        "purchase": desk_work.add(desk, Kind.PURCHASE, at_desk, note="akut hos Etac, deras order 4711"),
        "invoicing": desk_work.add(desk, Kind.INVOICING, at_desk, lines=(";Hyra mars;1;st",)),
        "correction": desk_work.add(
            desk, Kind.STOCK_CORRECTION, at_desk, from_stock="Karlstad centrallager", lines=("50123;;-2;st",)
        ),
    }
    return {name: row.number for name, row in rows.items()}


def test_each_is_owed_by_who_shall_register_it_where_it_can_be_registered(desk: Story) -> None:
    numbers = a_day(desk)
    with reading(desk.ledger) as session:
        rows = {row.number: row for row in orders.listing(session)}
        owed = {name: (rows[number].owner, rows[number].system) for name, number in numbers.items()}
    assert owed == {
        "facility": ("desk", "sesam2"),
        "transfer": ("desk", "sesam2"),
        "prescription": ("prescriber", "visma-websesam"),
        "repair": ("prescriber", "visma-websesam"),
        "service": ("technician", "sesam2"),
        "assembly": ("operations_manager", "sesam2"),
        "return": ("desk", "sesam2"),
        "purchase": ("desk", "sesam2"),
        "invoicing": ("desk", "sesam2"),
        "correction": ("desk", "sesam2"),
    }
    # The urgent one is told of at once, and the list begins with what shall be registered first.
    (told,) = to(desk.turn(), PURCHASERS[0])
    assert told["Subject"] == "BRÅDSKAR: 10 att registrera, 10 nya"
    shown = text_of(told)
    assert shown.index(numbers["transfer"]) < shown.index(numbers["facility"])
    # What cannot be known from elsewhere when it is registered: when it went out, and what was noted.
    assert "Levererat: 2026-03-03" in shown
    assert "Not: akut hos Etac, deras order 4711" in shown
    assert "-2 st, art. 50123" in shown
    assert "Blankett: A-00001" in shown
    sheet = rows_of_workbook(told)
    (transfer,) = [row for row in sheet if row["Nummer"] == numbers["transfer"]]
    assert (transfer["Levererat"], transfer["Kom"]) == ("2026-03-03", "2026-03-03 09.10")
    (bought,) = [row for row in sheet if row["Nummer"] == numbers["purchase"]]
    assert bought["Not"] == "akut hos Etac, deras order 4711"


def test_each_hears_when_their_own_can_be_registered_and_the_slips_add_up(desk: Story) -> None:
    numbers = a_day(desk)
    outage = 1
    desk.turn()
    desk.at("2026-03-03 16:00")
    desk_work.up(desk, "sesam2")
    first = desk.turn()
    assert {letter["To"] for letter in first} == {*PURCHASERS, MANAGER, PRESCRIBER, KARIN}
    for address in (PRESCRIBER, KARIN):
        said = text_of(to(first, address)[0])
        # They order in a portal, and register there: both are still down.
        assert "webSesam och Visma webSesam ligger fortfarande nere" in said
        assert "DET HÄR BEHÖVER DU REGISTRERA" not in said

    desk.at("2026-03-04 10:00")
    desk.end()
    second = desk.turn()
    for address, name in ((PRESCRIBER, "prescription"), (KARIN, "repair")):
        said = text_of(to(second, address)[0])
        assert "DET HÄR BEHÖVER DU REGISTRERA (1)" in said
        assert numbers[name] in said
        assert "ligger fortfarande nere" not in said

    # Sesam 2 has been up for eight working hours at 15.00, the portals not before Thursday at nine.
    reminded = {}
    for clock in ("2026-03-04 14:59", "2026-03-04 15:01", "2026-03-05 08:59", "2026-03-05 09:01"):
        desk.at(clock)
        letters = [letter for letter in desk.turn(0) if letter["Subject"].startswith("Påminnelse")]
        reminded[clock[5:]] = {letter["To"]: letter["Subject"] for letter in letters}
    assert reminded == {
        "03-04 14:59": {},
        "03-04 15:01": {
            **dict.fromkeys(PURCHASERS, "Påminnelse: 6 att registrera"),
            TECHNICIAN: "Påminnelse: 1 att registrera",
            MANAGER: "Påminnelse: 1 att registrera",
        },
        "03-05 08:59": {},
        "03-05 09:01": dict.fromkeys((PRESCRIBER, KARIN), "Påminnelse: 1 att registrera"),
    }

    desk.answers(
        TECHNICIAN, f"{numbers['service']} klar\n{numbers['assembly']} klar\n{numbers['return']} klar"
    )
    (receipt,) = to(desk.turn(), TECHNICIAN)
    # By the routine a technician may do the manager's work order, but nothing that is the desk's.
    assert receipt["Subject"] == "Kvitto: 2 avbockade, 1 att se över"
    assert f"{numbers['return']}: ska registreras av Hjälpmedelsservice" in text_of(receipt)
    desk_work.register(desk, *desk_work.numbers(desk))
    desk.turn()

    unused = "B-00002, B-00003, B-00004, B-00005, B-00006"
    with pytest.raises(LedgerError, match=f"7 blanketter .*: A-00003, A-00004, {unused}"):
        desk_work.close(desk, outage)
    # One was found in a pocket: it is typed in as of the day it was written.
    desk.at("2026-03-03 14:00")
    written = desk.clock
    desk.at("2026-03-06 09:00")
    late = desk_work.add(
        desk, Kind.FACILITY_ORDER, Source.PAPER, lines=(), slip_number="B-00002", happened_at=written
    )
    with writing(desk.ledger) as session:
        rest = ["a-00003", "A-00004", *unused.split(", ")[1:]]
        slips.declare_unused(session, rest, "Åsa", desk.clock)
    with pytest.raises(LedgerError, match=f"1 ska registreras eller makuleras: {late.number}"):
        desk_work.close(desk, outage)
    desk_work.register(desk, late.number)
    desk.turn()
    closed = desk_work.close(desk, outage)
    with reading(desk.ledger) as session:
        on_paper = [row.slip_number for row in orders.listing(session) if row.slip_number]
    assert closed.slips == {"used": len(on_paper), "unused": 10 - len(on_paper)}
    assert closed.orders == {"registered": 11}
    report = desk_work.told(desk, outage)
    by_source: Counter[str] = Counter()
    for _, source, waits, done in table(report, "Att registrera"):
        by_source[source] += int(done)
        assert waits == "0"
    assert by_source == {"telefon": 4, "papper": 2, "disken": 5}
    assert sorted(table(report, "Blanketter")) == [("Använda", "4"), ("Oanvända", "6")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"delivered_on": date(2026, 3, 4)}, "--delivered ligger i framtiden"),
        ({"slip_number": "B-00007", "lines": ()}, "blankett B-00007 är inte utskriven härifrån"),
        ({"slip_number": "B-00001", "lines": ()}, "blankett B-00001 är redan använd av Åsa Berg"),
        ({"lines": ("50123;;-2;st",)}, "ett antal över noll"),
        ({"lines": ("50123;Till Berta Svensson, 420312-2382;1;st",)}, "stanna på papper"),
    ],
)
def test_what_cannot_be_is_refused_at_the_desk(desk: Story, fields: dict[str, object], said: str) -> None:
    desk.at("2026-03-03 15:00")
    used = {"slip_number": "B-00001", "lines": (), "facility": "Annagården"}
    desk_work.add(desk, Kind.FACILITY_ORDER, Source.PAPER, **used)
    with pytest.raises(LedgerError, match=said):
        desk_work.add(desk, Kind.FACILITY_ORDER, Source.PHONE, **{"facility": "Annagården"} | fields)
    assert desk_work.numbers(desk) == ["RP-2026-000001"]


def test_a_reason_for_cancelling_is_read_like_all_else_that_is_typed(desk: Story, tmp_path: Path) -> None:
    desk_work.add(desk, Kind.FACILITY_ORDER, Source.PHONE, facility="Annagården")
    say = ("--settings", str(tmp_path / "settings.toml"), "ledger", "cancel", "RP-2026-000001", "--why")
    refused = reservpost(*say, "brukaren Berta Svensson 420312-2382 behöver den inte").fault
    assert "skälet kan innehålla personuppgifter; skriv om utan dem" in refused
    assert desk.row("RP-2026-000001").note is None
    assert reservpost(*say, "dubblett").code == 0
    assert desk.row("RP-2026-000001").note == "dubblett"


def table(report: Report, title: str) -> list[tuple[str, ...]]:
    """The rows of the report's table with this title."""
    return next(list(each.rows) for each in report.tables if each.title == title)


def rows_of_workbook(letter: EmailMessage) -> list[dict[str, object]]:
    """The rows of the workbook beside a letter, by their headings."""
    (attached,) = letter.iter_attachments()
    heads, *rows = load_workbook(BytesIO(attached.get_content())).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]
