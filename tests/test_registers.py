"""Registers: taken in as Sesam exports them, compared with orders, and never a reason by themselves."""

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from service.errors import RegisterError
from service.registers.entry import Entry, Words
from service.registers.importing import Report, take_in
from service.registers.marking import lacking, marked
from service.registers.register import Register
from service.registers.registers import Registers
from service.registers.shelf import Shelf
from service.rules.registers import REGISTERS, load_registers
from service.settings import shipped_rules
from service.values import Held, Kind, Order, OrderLine, RegisterNote
from tests.command import Desk, made_desk

RULES = load_registers(shipped_rules())
SAMPLES = shipped_rules() / "registers"
HEADINGS = "Artikelnr;Benämning;Enhet\n"


def taken(folder: Path, text: str, present: tuple[Entry, ...] = (), *, whole: bool = False) -> Report:
    file = folder / "export.csv"
    file.write_bytes(text.encode("cp1252"))
    return take_in(file, "articles", present, RULES, whole=whole)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The shipped samples, taken in."""
    shelf = Shelf(tmp_path / "registers")
    for register in REGISTERS:
        shelf.write(register, take_in(SAMPLES / f"{register}.csv", register, (), RULES).entries)
    return shelf


@pytest.fixture
def registers(shelf: Shelf) -> Registers:
    return Registers(shelf, RULES)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return made_desk(tmp_path)


# -- taking in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", REGISTERS)
def test_a_shipped_sample_is_taken_in_whole(register: str) -> None:
    report = take_in(SAMPLES / f"{register}.csv", register, (), RULES)
    assert report.refused == ()
    assert report.added > 3


def test_new_changed_and_refused_rows_are_told(tmp_path: Path) -> None:
    first = taken(tmp_path, HEADINGS + "50123;Rollator;st\n50124;Stol;st\n")
    second = taken(
        tmp_path,
        HEADINGS + "50123;Rollator;st\n50124;Hygienstol;st\n50125;Pall;\n;Utan nummer;st\n50126;;st\n"
        "X1;Fel;st\n50125;Annan pall;\n\n50127;Till 19420312-2389;st\n",
        first.entries,
    )
    assert (second.added, second.changed, second.unchanged, second.missing) == (1, 1, 1, 0)
    assert second.refused == (
        (5, "saknar artikelnummer"),
        (6, "saknar benämning"),
        (7, "artikelnummer har fel form"),
        (8, "säger något annat än rad 4 om samma post"),
        (10, "benämning liknar ett personnummer"),
    )
    assert [entry.name for entry in second.entries] == ["Rollator", "Hygienstol", "Pall"]


def test_what_a_file_leaves_out_stays_unless_it_is_the_whole_register(tmp_path: Path) -> None:
    first = taken(tmp_path, HEADINGS + "50123;Rollator;st\n50124;Stol;st\n").entries
    part = taken(tmp_path, HEADINGS + "50124;Stol;st\n", first)
    assert (len(part.entries), part.missing, part.changes) == (2, 1, False)
    whole = taken(tmp_path, HEADINGS + "50124;Stol;st\n", first, whole=True)
    assert (len(whole.entries), whole.removed, whole.changes) == (1, 1, True)


@pytest.mark.parametrize(
    "text",
    [
        "Artikelnr;Benämning\n50123;Rollator\n",
        "Benämning,Artikelnummer\nRollator,50123\n",
        "ART.NR\tProdukt\n50123\tRollator\n",
        "Artikelregister 2026-02-01\n\nArtikel nr;Artikelbenämning\n50123;Rollator\n",
        '"Artikelnr"|"Beskrivning"\n"50123"|"Rollator"\n',
    ],
)
def test_headings_separators_and_rows_above_may_vary(text: str, tmp_path: Path) -> None:
    assert taken(tmp_path, text).entries == (Entry("50123", "Rollator"),)


def test_a_workbook_is_read_by_the_sheet_that_has_the_headings(tmp_path: Path) -> None:
    file = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Om").write_row(0, 0, ["Utskrivet", "2026-02-01"])
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, ["Artikelnummer", "Benämning"])
        sheet.write_row(1, 0, [50123, "Rollator"])
        sheet.write_row(3, 0, ["", "Utan nummer"])
    report = take_in(file, "articles", (), RULES)
    assert report.entries == (Entry("50123", "Rollator"),)
    assert report.refused == ((4, "saknar artikelnummer"),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Namn;Pris\nRollator;4\n", "ingen kolumn för artikelnummer; artiklar behöver rubrikerna"),
        (b"", "ingen kolumn för artikelnummer och benämning"),
        (b"PK\x03\x04rest", "arbetsboken går inte att läsa"),
        (b"\x7fELF\x00\x01", "är varken csv eller xlsx"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(content: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    with pytest.raises(RegisterError, match=told) as fault:
        take_in(file, "articles", (), RULES)
    assert "\n" not in str(fault.value)


@given(rows=st.lists(st.tuples(st.integers(10_000, 99_999), st.text("abcåäö -/()", min_size=1)), max_size=30))
def test_the_second_import_of_any_file_changes_nothing(
    rows: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = HEADINGS + "".join(f"{number};{name};\n" for number, name in rows)
    first = taken(folder, text)
    second = taken(folder, text, first.entries)
    assert (second.entries, second.changes) == (first.entries, False)
    assert first.added + len(first.refused) <= len(rows)


def test_fifty_thousand_articles_are_taken_in_and_the_second_time_nothing_changes(
    desk: Desk, tmp_path: Path
) -> None:
    chance, file = random.Random(7), tmp_path / "articles.csv"
    with file.open("w", encoding="cp1252", newline="") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(["Artikelnr", "Benämning", "Produktnamn", "Enhet", "Lev.art.nr", "ISO"])
        for number in range(50_000):
            name = chance.choice(["Rollator", "Hygienstol", "Madrass"])
            rows.writerow([10_000 + number, f"{name} {number}", f"Modell {number}", "st", "A1", "12 06 06"])
    (tried,) = desk("register", "import", "articles", str(file), "--dry-run", "--json").rows
    assert (tried["added"], tried["dry_run"]) == (50_000, True)
    assert not (desk.state / "registers").exists()
    (first,) = desk("register", "import", "articles", str(file), "--json").rows
    stored = (desk.state / "registers" / "articles.json").stat()
    (second,) = desk("register", "import", "articles", str(file), "--json").rows
    assert (first["added"], second["added"], second["changed"], second["unchanged"]) == (50_000, 0, 0, 50_000)
    assert (desk.state / "registers" / "articles.json").stat().st_ino == stored.st_ino


def test_the_commands_tell_what_stands_in_a_register(desk: Desk) -> None:
    told = desk("register", "import", "stocks", str(SAMPLES / "stocks.csv"))
    assert told.out == "Förråd: 13 nya, 0 ändrade, 0 oförändrade. Registret har 13 poster.\n"
    listed = {row["register"]: row["entries"] for row in desk("register", "list", "--json").rows}
    assert listed == {"articles": 0, "stocks": 13, "facilities": 0, "customers": 0, "prescribers": 0}
    (shown,) = desk("register", "show", "stocks", "grums", "--json").rows
    assert (shown["number"], shown["name"], shown["municipality"]) == ("212", "Grums kundlager", "Grums")
    assert "lagernamn" in desk("register", "import", "stocks", str(SAMPLES / "customers.csv")).fault


# -- comparing ----------------------------------------------------------------------------------------


def noted(registers: Registers, **fields: str) -> tuple[Order, RegisterNote]:
    (order,) = marked((replace(Order(Kind.STOCK_TRANSFER), **fields),), registers)  # type: ignore[arg-type]
    return order, order.register[0]


@pytest.mark.parametrize(
    "text",
    [
        "Grums kundlager",
        "grums kundlagret",
        "GRUMS KUNDLAGER",
        "212",
        "212 Grums kundlager",
        "Kundlager Grums",
    ],
)
def test_a_sure_match_gets_the_registers_own_name(text: str, registers: Registers) -> None:
    order, note = noted(registers, to_stock=text)
    assert (order.to_stock, note.held, note.number) == ("Grums kundlager", Held.KNOWN, "212")


@pytest.mark.parametrize(
    ("text", "near"),
    [("Kristinehamm kundlager", "Kristinehamn kundlager"), ("Grums förråd", "Grums kundlager")],
)
def test_a_near_miss_is_proposed_and_never_taken(text: str, near: str, registers: Registers) -> None:
    order, note = noted(registers, to_stock=text)
    assert (order.to_stock, note.held, note.name) == (text, Held.NEAR, near)


@pytest.mark.parametrize("text", ["Gruns", "Molkom kundlager", "förrådet", "Kils kundlager 2"])
def test_what_is_not_near_enough_is_unknown(text: str, registers: Registers) -> None:
    order, note = noted(registers, to_stock=text)
    assert (order.to_stock, note.held, note.name) == (text, Held.UNKNOWN, "")


def test_a_ward_of_a_known_house_keeps_its_own_words(registers: Registers) -> None:
    order, note = noted(registers, facility="Annagården, avd 3")
    assert (order.facility, note.held, note.number) == ("Annagården, avd 3", Held.KNOWN, "3101")


def test_a_name_that_two_places_have_is_known_but_gets_no_number(registers: Registers) -> None:
    order, note = noted(registers, facility="Solgården")
    assert (order.facility, note.held, note.number) == ("Solgården", Held.KNOWN, "")


@pytest.mark.parametrize(
    ("number", "words", "held", "own"),
    [
        ("50123", "", Held.KNOWN, ("50123", "Rollator Carl-Oskar")),
        ("99999", "", Held.UNKNOWN, ("", "")),
        ("99999", "Topro Troija", Held.NEAR, ("50118", "Rollator Topro Troja")),
        (None, "Topro Troja", Held.KNOWN, ("50118", "Rollator Topro Troja")),
        (None, "Hi-Loo 11 cm", Held.UNKNOWN, ("", "")),
    ],
)
def test_an_article_is_told_of_beside_the_senders_words(
    number: str | None, words: str, held: Held, own: tuple[str, str], registers: Registers
) -> None:
    (order,) = marked((Order(Kind.OTHER, lines=(OrderLine(number, words, 2),)),), registers)
    (line,) = order.lines
    assert (line.article_number, line.description) == (number, words)
    assert line.register
    assert (line.register.held, (line.register.number, line.register.name)) == (held, own)


def test_what_no_register_holds_is_a_reason_only_where_it_is_asked_for(registers: Registers) -> None:
    known = Order(Kind.STOCK_TRANSFER, to_stock="Grums kundlager", lines=(OrderLine("50123", "", 1),))
    unknown = replace(known, to_stock="Molkom", customer_number="9999", lines=(OrderLine("99999", "", 1),))
    assert lacking(marked((known,), registers)) == ()
    rules = {reason.rule for reason in lacking(marked((unknown,), registers))}
    assert rules == {"register.to_stock", "register.customer_number", "register.article_number"}


def test_without_registers_nothing_is_told() -> None:
    order = Order(Kind.STOCK_TRANSFER, to_stock="Grums", lines=(OrderLine("50123", "", 1),))
    assert marked((order,), Registers(None, RULES)) == (order,)


def test_an_import_is_seen_by_judges_that_are_warm(shelf: Shelf, registers: Registers) -> None:
    _, before = noted(registers, to_stock="Molkom förråd")
    shelf.write("stocks", (Entry("300", "Molkom förråd"),))
    _, after = noted(registers, to_stock="Molkom förråd")
    assert (before.held, after.held) == (Held.UNKNOWN, Held.KNOWN)


def test_a_broken_register_is_told_in_one_line(shelf: Shelf) -> None:
    shelf.path("stocks").write_text("[[1", encoding="utf-8")
    with pytest.raises(RegisterError, match="importera det igen"):
        shelf.read("stocks")


def test_the_names_of_things_and_places_can_be_handed_to_screening(registers: Registers) -> None:
    names = registers.gazetteer()
    assert {"villa ingrid", "grums kundlager", "sara stedy"} <= names
    assert "malin sundkvist" not in names


@given(st.text(max_size=40))
def test_near_answers_any_text_without_a_guess(text: str) -> None:
    words = Words(RULES)
    register = Register((Entry("1", "Grums kundlager"), Entry("2", "Sunne kundlager")), words)
    found = register.near(text)
    assert found is None or found.name.split()[0].casefold()[:3] in text.casefold()


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Iterator[None]:
    """Every file is put in place in one step: none that was begun is left."""
    yield
    assert not list(tmp_path.rglob("*.new"))
