"""An export from Sesam 2 against the ledger: sure, near, twice; and files that are something else."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from service.errors import LedgerError
from service.ledger.engine import open_ledger, writing
from service.outage.exported import Registered, read_export
from service.outage.owed import entries
from service.outage.reconcile import Entry, Match, reconcile
from service.rules.export import load_export
from service.settings import shipped_rules
from service.values import Kind
from tests.command import made_desk
from tests.office import desk_session, owed, swedish

RULES = load_export(shipped_rules())
DAY = date(2026, 3, 2)
PLACE = "Grums kundlager"
SURE, NEAR, TWICE, REFILLED, MISSING = tuple(Match)
HEAD = "Ordernr;Märkning;Till lager;Artikelnr;Antal;Orderdatum;Ordertyp\n"


def entry(number: int = 1, state: str = "pending", **changed: Any) -> Entry:
    base: dict[str, Any] = {"destination": PLACE, "day": DAY, "goods": {"50123": 4.0}, "restocks": True}
    return Entry(f"RP-2026-{number:06d}", state, **base | changed)


def known(number: int = 1) -> Entry:
    return entry(number, "registered", sesam_number="1", settled_on=DAY)


def registered(number: str = "700001", *references: int, **changed: Any) -> Registered:
    base: dict[str, Any] = {"destination": PLACE, "day": DAY, "goods": {"50123": 4.0}, "automatic": False}
    return Registered(number, frozenset(f"RP-2026-{each:06d}" for each in references), **base | changed)


def refill(number: str) -> Registered:
    return registered(number, automatic=True)


def found(rows: list[Entry], orders: list[Registered]) -> list[tuple[Match, str, str]]:
    return [(each.match, each.number[-1], each.sesam_number) for each in reconcile(rows, orders, RULES.days)]


@pytest.mark.parametrize(
    ("rows", "orders", "expected"),
    [
        ([entry()], [registered("1", 1)], [(SURE, "1", "1")]),
        ([entry()], [registered("1", 1, destination="")], [(SURE, "1", "1")]),
        ([entry()], [registered("1", 1, goods={"50123": 5.0})], [(NEAR, "1", "1")]),
        ([entry(goods={})], [registered("1", 1)], [(SURE, "1", "1")]),
        ([entry()], [registered("1")], [(SURE, "1", "1")]),
        ([entry()], [registered("1", destination="KUNDLAGER GRUMS")], [(SURE, "1", "1")]),
        ([entry()], [registered("1", destination="Säffle kundlager")], [(NEAR, "1", "1")]),
        ([entry()], [registered("1", goods={"50123": 3.0})], [(NEAR, "1", "1")]),
        ([entry()], [registered("1", day=DAY - timedelta(days=1))], [(NEAR, "1", "1")]),
        ([entry()], [registered("1", day=None)], [(NEAR, "1", "1")]),
        ([entry()], [registered("1", goods={"50124": 4.0})], []),
        ([entry()], [registered("1"), registered("2")], [(NEAR, "1", "1"), (NEAR, "1", "2")]),
        ([entry(1), entry(2)], [registered("1")], [(NEAR, "1", "1"), (NEAR, "2", "1")]),
        ([entry()], [registered("1", 1), registered("2", 1)], [(TWICE, "1", "1"), (TWICE, "1", "2")]),
        ([known()], [registered("1", 1)], []),
        ([known()], [registered("1"), registered("2", 1)], [(TWICE, "1", "2")]),
        ([known()], [registered("1"), registered("2")], [(TWICE, "1", "2")]),
        ([known(), entry(2)], [registered("1"), registered("2")], [(SURE, "2", "2")]),
        ([entry(state="registered")], [registered("1", 1)], []),
        ([entry(state="cancelled")], [registered("1", 1)], [(TWICE, "1", "1")]),
        ([entry(state="cancelled")], [registered("1")], []),
        ([entry()], [registered("1", 1), refill("2")], [(SURE, "1", "1"), (REFILLED, "1", "2")]),
        ([entry(restocks=False)], [refill("2")], []),
        # Ticked off without a number, so what Sesam has may be that one.
        ([entry(state="registered"), entry(2)], [registered("1")], [(NEAR, "2", "1")]),
        ([entry(1), entry(2)], [registered("1", 1, 2)], [(NEAR, "1", "1"), (NEAR, "2", "1")]),
        (
            [entry(1), entry(2)],
            [registered("1", 1, 2, goods={"50123": 8.0})],
            [(SURE, "1", "1"), (SURE, "2", "1")],
        ),
        ([known()], [registered("1", goods={"50123": 40.0})], [(NEAR, "1", "1")]),
        ([known()], [registered("1", goods={"50199": 4.0})], []),
        ([known()], [registered("1", goods={"50199": 4.0}, destination="Säffle")], [(NEAR, "1", "1")]),
        ([known()], [registered("2", goods={})], [(MISSING, "1", "1")]),
        ([known()], [registered("2", goods={}, day=DAY + timedelta(days=2))], []),
    ],
)  # fmt: skip
def test_each_way_that_a_row_and_an_order_belong_together(
    rows: list[Entry], orders: list[Registered], expected: list[tuple[Match, str, str]]
) -> None:
    assert found(rows, orders) == expected


ENTRIES = st.lists(
    st.builds(
        entry,
        number=st.integers(1, 6),
        state=st.sampled_from(["pending", "registered", "cancelled"]),
        goods=st.dictionaries(st.sampled_from(["50123", "50124"]), st.sampled_from([1.0, 2.0]), max_size=2),
        sesam_number=st.sampled_from([None, "1", "2"]),
    ),
    unique_by=lambda each: each.number,
)
ORDERS = st.lists(
    st.builds(
        lambda number, refs, **kw: registered(number, *refs, **kw),
        st.sampled_from(["1", "2", "3", "4"]),
        st.lists(st.integers(1, 6), max_size=2),
        goods=st.dictionaries(st.sampled_from(["50123", "50124"]), st.sampled_from([1.0, 2.0]), max_size=2),
        automatic=st.booleans(),
    ),
    unique_by=lambda each: each.number,
)


@given(ENTRIES, ORDERS)
def test_whatever_the_export_a_sure_match_is_one_to_one_and_of_a_pending_row(
    rows: list[Entry], orders: list[Registered]
) -> None:
    by_number = {row.number: row for row in rows}
    findings = reconcile(rows, orders, RULES.days)
    sure = [each for each in findings if each.match is Match.SURE]
    assert len({each.number for each in sure}) == len(sure)
    assert all(by_number[each.number].state == "pending" for each in sure)
    for each in sure:
        (order,) = [order for order in orders if order.number == each.sesam_number]
        assert each.number in order.references or order.goods == by_number[each.number].goods
    assert len(set(findings)) == len(findings)


# -- files --------------------------------------------------------------------------------------------


def saved(path: Path, rows: list[list[Any]]) -> Path:
    kept = BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    path.write_bytes(kept.getvalue())
    return path


def test_csv_and_xlsx_are_read_by_their_headings(tmp_path: Path) -> None:
    csv = tmp_path / "ut.csv"
    rows = "700001;rp-2026-000001 brådskar;Grums kundlager;50123;4,00;2026-03-02;Manuell\n"
    rows += "700001;;Grums kundlager;50124;1;2026-03-02;Manuell\n"
    rows += "700002;;Säffle;50123;2;20260303;Automatisk påfyllnad\n"
    csv.write_bytes(("Utskrivet 2026-03-04\n" + HEAD + rows).encode("cp1252"))
    xlsx = saved(
        tmp_path / "ut.xlsx",
        [["Registrerade order"], ["Order", "Kund", "Art. nr", "Beställt antal", "Datum", "Referens"],
         [700001, "Grums kundlager", "50123", 4, "2026-03-02", "RP 2026000001"]],
    )  # fmt: skip
    first, second = read_export(csv, RULES)
    assert first == Registered(
        "700001", frozenset(["RP-2026-000001"]), "Grums kundlager", DAY, {"50123": 4.0, "50124": 1.0}, False
    )
    assert (second.automatic, second.day, second.references) == (True, date(2026, 3, 3), frozenset())
    (only,) = read_export(xlsx, RULES)
    assert only == Registered(
        "700001", frozenset(["RP-2026-000001"]), "Grums kundlager", DAY, {"50123": 4.0}, False
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Fakturanr;Belopp\n1;2\n", "saknas: Ordernr, Artikel, Antal, Referens eller Till. Filen har: "),
        ("Ordernr;Artikelnr;Antal\n1;2;3\n", "kolumner saknas: Referens eller Till."),
        (HEAD, "inga rader under rubrikerna"),
        ("", "inga rubriker"),
    ],
)  # fmt: skip
def test_a_file_with_other_columns_says_which_it_needs(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "ut.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LedgerError) as told:
        read_export(path, RULES)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "ut.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"\0" * 200)
    for path in (broken, tmp_path / "saknas.csv"):
        with pytest.raises(LedgerError, match=path.name):
            read_export(path, RULES)


@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.xlsx", "x.txt"]))
def test_any_bytes_are_orders_or_one_line(data: bytes, name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        said = ""
        try:
            orders = read_export(path, RULES)
        except LedgerError as told:
            said, orders = str(told), ()
    assert orders or (name in said and "\n" not in said)


def test_the_ledger_is_compared_with_what_was_ordered() -> None:
    with desk_session() as session:
        at = swedish("2026-03-02 09:00")
        lines = [("50123", "Rollator", 4.0), ("50123", "Rollator", 1.0), (None, "Duschpall", 2.0)]
        row = owed(session, at, Kind.STOCK_REPLENISHMENT, lines, to_stock="Grums", facility=None)
        owed(session, at, drill=True)
        (seen,) = entries(session)
        assert seen == Entry(row.number, "pending", "Grums", DAY, {"50123": 5.0}, None, restocks=True)


def test_the_command_looks_first_and_then_ticks_off(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    ledger = open_ledger(desk.state / "ledger.db")
    with writing(ledger) as session:
        for _ in range(2):
            owed(
                session, swedish("2026-03-02 09:00"), Kind.STOCK_REPLENISHMENT, to_stock=PLACE, facility=None
            )
    ledger.dispose()
    export = tmp_path / "ut.csv"
    rows = "700001;RP-2026-000002;Grums kundlager;50123;4;2026-03-04;\n"
    rows += "700009;;Grums kundlager;50123;4;2026-03-05;Automatisk\n"
    export.write_text(HEAD + rows, encoding="utf-8")

    looked = desk("reconcile", str(export), "--dry-run", "--json").rows
    assert [(row["number"][-1], row["match"], row["sesam_number"]) for row in looked] == [
        ("1", "refilled_twice", "700009"),
        ("2", "sure", "700001"),
        ("2", "refilled_twice", "700009"),
    ]
    assert [row["state"] for row in desk("ledger", "list", "--json").rows] == ["pending", "pending"]
    told = desk("reconcile", str(export), "--by", "Eva")
    assert "2 beställningar i utdraget, 1 avbockade." in told.out
    (done,) = desk("ledger", "list", "--state", "registered", "--json").rows
    assert (done["number"], done["sesam_number"], done["settled_by"]) == ("RP-2026-000002", "700001", "Eva")
    assert "sure" not in [row["match"] for row in desk("reconcile", str(export), "--json").rows]
    assert "saknas.csv" in desk("reconcile", str(tmp_path / "saknas.csv")).fault
