"""What comes by phone, on paper or at the desk: typed in, screened, owed, and followed on numbered slips."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from service.errors import LedgerError
from service.intake.judge import judges
from service.ledger import orders
from service.ledger.engine import open_ledger, reading, writing
from service.limits import Limits
from service.outage import declared, slips
from service.outage.additions import AddingDesk, Typed
from service.outage.pages import page
from service.outage.slips import SlipKind
from service.reading.sandbox import Sandbox
from service.rules.duties import Owner, Source, load_duties
from service.settings import REGION_AND_MUNICIPALITIES, shipped_rules
from service.values import Kind
from tests.office import OFFICE, PRESCRIBER, desk_session, outage, swedish

BEGAN, NOW = swedish("2026-03-02 08:00"), swedish("2026-03-02 10:00")
LINE = ("50123;Rollator Carl-Oskar;4;st",)
PHONED = Typed(Kind.FACILITY_ORDER, Source.PHONE, "Eva", NOW, LINE, facility="Annagården")


@pytest.fixture(scope="module")
def children() -> Iterator[Sandbox]:
    with judges(shipped_rules(), REGION_AND_MUNICIPALITIES, "", Limits(), workers=1) as warm:
        yield warm


@pytest.fixture
def desk(tmp_path: Path, children: Sandbox) -> AddingDesk:
    ledger = open_ledger(tmp_path / "ledger.db")
    with writing(ledger) as session:
        declared.start(session, ["sesam2", "visma-websesam"], BEGAN, "Åsa", NOW)
    domains = frozenset(REGION_AND_MUNICIPALITIES)
    return AddingDesk(ledger, children, load_duties(shipped_rules()), "desk@regionvarmland.se", domains)


def printed(desk: AddingDesk, count: int, kind: SlipKind = SlipKind.ORDER) -> tuple[str, ...]:
    with writing(desk.ledger) as session:
        return slips.hand_out(session, kind, count, declared.current(session), "Åsa", NOW)


@pytest.mark.parametrize(
    ("typed", "owner", "system"),
    [
        (PHONED, "desk", "sesam2"),
        (Typed(Kind.STOCK_TRANSFER, Source.PAPER, "Eva", NOW, LINE, "Säffle", "Grums"), "desk", "sesam2"),
        (Typed(Kind.RETURN, Source.PHONE, "Eva", NOW, LINE, facility="Annagården"), "desk", "sesam2"),
        (Typed(Kind.PURCHASE, Source.DESK, "Eva", NOW, LINE, note="från Etac"), "desk", "sesam2"),
        (Typed(Kind.INVOICING, Source.DESK, "Eva", NOW, (";Hyra mars;1;st",)), "desk", "sesam2"),
        (Typed(Kind.STOCK_CORRECTION, Source.DESK, "Eva", NOW, LINE), "desk", "sesam2"),
        (
            Typed(Kind.WORK_ORDER, Source.DESK, "Eva", NOW, (";Broms lossnat höger bak;1;st",)),
            "operations_manager",
            "sesam2",
        ),
        (
            Typed(Kind.WORK_ORDER, Source.DESK, "Eva", NOW, LINE, owner=Owner.TECHNICIAN),
            "technician",
            "sesam2",
        ),
        (
            Typed(Kind.WORK_ORDER, Source.PHONE, "Eva", NOW, LINE, owner_address=PRESCRIBER.upper()),
            "prescriber",
            "visma-websesam",
        ),
        (
            Typed(Kind.PRESCRIPTION, Source.PHONE, "Eva", NOW, LINE, owner_address=PRESCRIBER),
            "prescriber",
            "visma-websesam",
        ),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Typed) else "",
)
def test_all_that_sesam_handles_gets_a_row_with_its_owner(
    desk: AddingDesk, typed: Typed, owner: str, system: str
) -> None:
    row = desk.add(replace(typed, happened_at=BEGAN, delivered_on=date(2026, 3, 2)), "Åsa", NOW)
    assert (row.number, row.kind, row.source) == ("RP-2026-000001", typed.kind.value, typed.source.value)
    assert (row.owner, row.system, row.owner_address) == (
        owner,
        system,
        PRESCRIBER if typed.owner_address else None,
    )
    assert (row.taken_by, row.booked_by, row.happened_at, row.delivered_on) == (
        "Eva",
        "Åsa",
        BEGAN,
        date(2026, 3, 2),
    )
    with reading(desk.ledger) as session:
        assert len(orders.lines_of(session, row)) == len(typed.lines)
        assert [each.number for each in orders.of_outage(session, 1)] == [row.number]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"happened_at": NOW + timedelta(minutes=1)}, "ligger i framtiden"),
        ({"facility": None}, r"vart det ska \(--to eller --facility\)"),
        ({"lines": ()}, r"minst en rad \(--line\)"),
        ({"lines": ("50123;Rollator",)}, "skriv 'artikel;benämning;antal;enhet'"),
        ({"to_stock": "Grums"}, "inte båda"),
        ({"owner": Owner.TECHNICIAN}, "registreras av Hjälpmedelsservice"),
        ({"kind": Kind.PRESCRIPTION}, "ange förskrivarens adress"),
        ({"owner_address": "malin@example.com"}, "ingen adress i en betrodd domän"),
        ({"owner_address": "malin"}, "ingen adress i en betrodd domän"),
        ({"slip_number": "B-00001"}, "är inte utskriven härifrån"),
        ({"outage_id": 9}, "driftstopp 9 finns inte"),
        ({"lines": ("50123;Rollator till brukare 420312-2382;1;st",)}, "stanna på papper"),
        ({"note": "Brukaren Berta Svensson ringer"}, "stanna på papper"),
        ({"facility": "Annagården, till patient Berta Svensson"}, "stanna på papper"),
        ({"taken_by": "pnr 19420312-2382"}, "stanna på papper"),
    ],
)
def test_what_lacks_something_or_belongs_on_paper_is_refused_and_leaves_nothing(
    desk: AddingDesk, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(LedgerError, match=said):
        desk.add(replace(PHONED, **changes), "Åsa", NOW)  # type: ignore[arg-type]
    with reading(desk.ledger) as session:
        assert orders.listing(session) == []


def test_a_row_carries_the_number_of_the_slip_that_holds_the_rest_and_each_slip_once(
    desk: AddingDesk,
) -> None:
    first, second = printed(desk, 2)
    on_paper = replace(PHONED, source=Source.PAPER, lines=(), facility=None, slip_number=first.lower())
    assert desk.add(on_paper, "Åsa", NOW).slip_number == first
    with pytest.raises(LedgerError, match="redan använd av Åsa"):
        desk.add(on_paper, "Bo", NOW)
    with writing(desk.ledger) as session:
        slips.declare_unused(session, [second.lower(), second], "Bo", NOW)
        with pytest.raises(LedgerError, match="redan anmäld som oanvänd av Bo"):
            slips.declare_unused(session, [second], "Bo", NOW)
        with pytest.raises(LedgerError, match="redan använd"):
            slips.declare_unused(session, [first], "Bo", NOW)


def test_one_wrong_number_declares_no_slip_unused(desk: AddingDesk) -> None:
    first, _ = printed(desk, 2)
    with pytest.raises(LedgerError, match="B-00099"), writing(desk.ledger) as session:
        slips.declare_unused(session, [first, "B-00099"], "Bo", NOW)
    with reading(desk.ledger) as session:
        assert {row.state for row in slips.of_outage(session, 1)} == {"blank"}


def test_a_row_found_late_opens_its_closed_outage_again(desk: AddingDesk) -> None:
    with writing(desk.ledger) as session:
        row = declared.end(session, NOW, "Åsa", NOW)
        row.closed_at, row.closed_by = NOW, "Åsa"
    later = NOW + timedelta(days=3)
    assert desk.add(PHONED, "Åsa", later).outage_id == 1
    assert desk.add(replace(PHONED, happened_at=later), "Åsa", later).outage_id == 1
    with reading(desk.ledger) as session:
        assert declared.find(session, 1).closed_at is None


def test_in_a_drill_rows_and_slips_have_numbers_of_their_own_and_stand_apart(desk: AddingDesk) -> None:
    with writing(desk.ledger) as session:
        declared.end(session, NOW, "Åsa", NOW)
        declared.start(session, ["sesam2"], NOW, "Åsa", NOW, drill=True)
    assert printed(desk, 1) == ("ÖVN-B-00001",)
    rehearsed = desk.add(replace(PHONED, slip_number="övn-b-00001"), "Åsa", NOW)
    assert (rehearsed.number, rehearsed.drill) == ("RP-ÖVN-2026-000001", True)
    real = desk.add(replace(PHONED, happened_at=BEGAN), "Åsa", NOW)
    assert (real.number, real.drill, real.outage_id) == ("RP-2026-000001", False, 1)
    with reading(desk.ledger) as session:
        assert [row.number for row in orders.listing(session)] == ["RP-2026-000001"]
        assert [row.number for row in orders.listing(session, drill=True)] == ["RP-ÖVN-2026-000001"]
        assert orders.find(session, "rp-övn-2026-000001").id == rehearsed.id


def test_a_blank_slip_below_a_used_one_is_asked_for_though_it_was_printed_before(desk: AddingDesk) -> None:
    with writing(desk.ledger) as session:
        slips.hand_out(session, SlipKind.ORDER, 5, None, "Åsa", BEGAN)
        assert slips.of_outage(session, 1) == []
        slips.use(session, "B-00003", 1, "Eva", NOW)
        states = [(row.number, row.state) for row in slips.of_outage(session, 1)]
    assert states == [("B-00001", "blank"), ("B-00002", "blank"), ("B-00003", "used")]


@given(st.lists(st.tuples(st.sampled_from(SlipKind), st.integers(1, 4)), max_size=8))
def test_slips_are_numbered_without_a_gap_or_a_repeat(printings: list[tuple[SlipKind, int]]) -> None:
    with desk_session() as session:
        given_out = [_hand_out(session, kind, count) for kind, count in printings]
    for kind in SlipKind:
        numbers = [
            n for (each, _), run in zip(printings, given_out, strict=True) if each is kind for n in run
        ]
        assert numbers == [f"{slips.LETTERS[kind]}-{n:05d}" for n in range(1, len(numbers) + 1)]


def _hand_out(session: Session, kind: SlipKind, count: int) -> tuple[str, ...]:
    return slips.hand_out(session, kind, count, None, "Åsa", NOW)


@pytest.mark.parametrize("count", [0, -1, 501])
def test_no_slips_and_too_many_are_refused(count: int) -> None:
    with desk_session() as session:
        outage(session, NOW, "sesam2")
        with pytest.raises(LedgerError, match="mellan 1 och 500"):
            _hand_out(session, SlipKind.ORDER, count)


@pytest.mark.parametrize("kind", SlipKind)
def test_the_printed_slips_carry_their_numbers_and_no_field_for_a_patient(kind: SlipKind) -> None:
    numbers = ("B-00001", "B-00002", "B-00003")
    shown = page(shipped_rules(), "slips", numbers=numbers, kind=kind.value, drill=True, desk=OFFICE.desk)
    assert [shown.count(f">{number}<") for number in numbers] == [1, 1, 1]
    assert shown.count("Brukarens uppgifter skrivs bara här på papper") == 3
    assert shown.count('class="drill">ÖVNING') == 3
    assert "<script" not in shown
    for label in ("Personnummer", "Brukarens namn", "Patient"):
        assert label.casefold() not in shown.casefold()
