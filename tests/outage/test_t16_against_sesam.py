"""t-16: the ledger against what Sesam 2 has: a csv as it is exported, and a workbook a week later."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from service.ledger import audit, orders
from service.ledger.engine import reading
from service.reading.sandbox import Sandbox
from tests import made
from tests.command import Ran, reservpost
from tests.office import PURCHASERS
from tests.outage import desk_work
from tests.outage.story import Story, story
from tests.servers import MailServer

EVA = PURCHASERS[0]
ORDERED = (
    ("Arvika buffertförråd", "50123 Rollator Carl-Oskar 4 st\n51022 Hi-Loo 10 cm 6 st"),
    ("Säffle kundlager", "50123 Rollator Carl-Oskar 2 st"),
    ("Kil buffertförråd", "51022 Hi-Loo 10 cm 3 st"),
    ("Sunne buffertförråd", "50123 Rollator Carl-Oskar 7 st"),
    ("Torsby buffertförråd", "50124 Hygienstol 2 st"),
    ("Torsby buffertförråd", "50124 Hygienstol 2 st"),
    ("Grums kundlager", "50123 Rollator Carl-Oskar 9 st"),
    ("Eda kundlager", "51022 Hi-Loo 10 cm 8 st"),
    ("Hagfors kundlager", "50123 Rollator Carl-Oskar 1 st"),
    ("Filipstad kundlager", "50124 Hygienstol 5 st"),
)
"""Where each order goes and what it holds, in the order of their numbers."""

ANSWERED = """\
RP-2026-000004 registrerad 800004
RP-2026-000005 klar
RP-2026-000007 makulerad: ångrade sig
RP-2026-000008 registrerad 800008
RP-2026-000009 registrerad 800009
"""
HEAD = """\
Utskrivet 2026-03-06 av evalin
Beställningsnr;Godsmärkning;Mottagande lager;Art. nr;Best. antal;Datum;Orsak
"""
CSV = """\
800001;Akut rp-2026-000001, Malin;Arvika buffertförråd;50123;4,00;2026-03-04;Manuell
800001;Akut rp-2026-000001, Malin;Arvika buffertförråd;51022;6,00;2026-03-04;Manuell
800002;;SÄFFLE KUNDLAGER;50123;2,00;2026-03-04;Manuell
800003;;Kil buffertförråd;51022;5,00;2026-03-04;Manuell
800004;RP-2026-000004;Sunne buffertförråd;50123;7,00;2026-03-03;Manuell
800014;RP-2026-000004;Sunne buffertförråd;50123;7,00;2026-03-04;Manuell
800005;;Torsby buffertförråd;50124;2,00;2026-03-04;Manuell
800007;RP-2026-000007;Grums kundlager;50123;9,00;2026-03-05;Manuell
800009;RP-2026-000009;Hagfors kundlager;50123;11,00;2026-03-05;Manuell
800020;;Arvika buffertförråd;50123;10,00;2026-03-05;Automatisk påfyllnad
"""
FOUND = {
    ("RP-2026-000001", "sure", "800001"),
    ("RP-2026-000001", "refilled_twice", "800020"),
    ("RP-2026-000002", "sure", "800002"),
    ("RP-2026-000003", "near", "800003"),
    ("RP-2026-000004", "registered_twice", "800014"),
    # The fifth was ticked off without a number, so the order in Sesam may be that one as well as the sixth.
    ("RP-2026-000006", "near", "800005"),
    ("RP-2026-000007", "registered_twice", "800007"),
    # Eva wrote 800008, which Sesam does not have, though it has the orders of that day.
    ("RP-2026-000008", "missing", "800008"),
    # Eva wrote 800009, which is eleven of what one was asked for.
    ("RP-2026-000009", "near", "800009"),
}


@pytest.fixture
def desk(best_server: MailServer, tmp_path: Path, children: Sandbox) -> Iterator[Story]:
    """A desk on the Friday after an outage on Monday: some rows are ticked off, some of them wrongly."""
    with story(tmp_path, best_server, children) as told:
        told.at("2026-03-02 08:00")
        told.declare("sesam2")
        for number, (place, lines) in enumerate(ORDERED):
            body = f"Hej,\nflytta från Karlstad centrallager till {place}\n\n{lines}\n\nMvh Malin\n"
            told.comes(made.letter_from(f"malin{number}@arvika.se", f"t16-{number}", body).as_bytes())
        told.turn()
        told.at("2026-03-02 14:00")
        told.end()
        told.turn()
        told.at("2026-03-04 09:00")
        told.answers(EVA, ANSWERED)
        told.turn()
        told.at("2026-03-06 10:00")
        yield told


def reconcile(desk: Story, path: Path, *words: str) -> Ran:
    """Run the command as the purchaser does."""
    settings = str(desk.settings.state_folder.parent / "settings.toml")
    return reservpost("--settings", settings, "reconcile", str(path), "--by", "Eva", *words)


def found(ran: Ran) -> set[tuple[str, str, str]]:
    return {(row["number"], row["match"], row["sesam_number"]) for row in ran.rows}


def everything(desk: Story) -> tuple[list[dict[str, Any]], int]:
    """All that the ledger says of its rows, and how many things have happened."""
    with reading(desk.ledger) as session:
        rows = [row.model_dump() for row in orders.listing(session)]
        return rows, audit.verify(session).links


def test_an_export_ticks_off_what_is_sure_and_asks_about_the_rest(desk: Story, tmp_path: Path) -> None:
    export = tmp_path / "Beställningar v10.csv"
    export.write_bytes((HEAD + CSV).replace("\n", "\r\n").encode("cp1252"))
    before = everything(desk)
    looked = reconcile(desk, export, "--dry-run", "--json")
    assert found(looked) == FOUND
    why = " ".join(row["why"] for row in looked.rows)
    for said in (
        "samma plats och artiklar, men annat antal",
        "redan registrerad som 800004",
        "makulerad i liggaren",
        "Sesam fyller själv på 50123",
        "med ett nummer som inte finns i utdraget",
    ):
        assert said in why
    assert everything(desk) == before

    told = reconcile(desk, export).out
    assert "9 beställningar i utdraget, 2 avbockade." in told
    assert {desk.row(f"RP-2026-{at:06d}").sesam_number for at in (1, 2)} == {"800001", "800002"}
    assert desk_work.numbers(desk) == [f"RP-2026-{at:06d}" for at in (3, 6, 10)]

    # Once more: what was ticked off is quiet, what a person must see is told again, and nothing changes.
    before = everything(desk)
    again = found(reconcile(desk, export, "--json"))
    assert again == {each for each in FOUND if each[1] != "sure"}
    assert everything(desk) == before


def test_a_workbook_with_dates_and_numbers_as_a_spreadsheet_has_them(desk: Story, tmp_path: Path) -> None:
    path = tmp_path / "Order.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("Blad1"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["Registrerade kundorder"])
    sheet.write_row(2, 0, ["Ordernr", "Orderdatum", "Kund", "Artikel", "Benämning", "Antal", "Er referens"])
    rows = (
        (800003, date(2026, 3, 9), "Kil buffertförråd", 51022, "Hi-Loo", 3, ""),
        (800010, date(2026, 3, 9), "Filipstad kundlager", 50124, "Hygienstol", 5, "RP2026-000010"),
    )
    for at, (number, when, *rest) in enumerate(rows, start=3):
        sheet.write_number(at, 0, number)
        sheet.write_datetime(at, 1, when, day)
        sheet.write_row(at, 2, rest)
    book.add_worksheet("Blad2").write_row(0, 0, ["Summa", 2])
    book.close()
    sure = {each for each in found(reconcile(desk, path, "--json")) if each[1] == "sure"}
    assert sure == {("RP-2026-000003", "sure", "800003"), ("RP-2026-000010", "sure", "800010")}
    assert desk.row("RP-2026-000003").state == "registered"


def test_two_rows_that_became_one_order_are_sure_only_where_it_holds_the_goods_of_both(
    desk: Story, tmp_path: Path
) -> None:
    row = "800030;RP-2026-000001, RP-2026-000002;Samlat;{};{};2026-03-05;\n"
    whole, part = tmp_path / "allt.csv", tmp_path / "en del.csv"
    # The rollators are those of the first row alone, as if the second had been forgotten.
    part.write_text(HEAD + row.format("50123", 4) + row.format("51022", 6), "utf-8")
    whole.write_text(HEAD + row.format("50123", 6) + row.format("51022", 6), "utf-8")
    assert found(reconcile(desk, part, "--json")) == {
        ("RP-2026-000001", "near", "800030"),
        ("RP-2026-000002", "near", "800030"),
    }
    for _ in range(2):
        reconcile(desk, whole)
        assert {desk.row(f"RP-2026-{at:06d}").sesam_number for at in (1, 2)} == {"800030"}


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Ordernr;Kund;Summa\n", "kolumner saknas: Artikel, Antal. Filen har: Ordernr, Kund, Summa."),
        ("Fakturanr;Belopp\n", "Rubriker läggs till i rules/export.yaml"),
        ("Ordernr;Artikel;Antal\n", "kolumner saknas: Referens eller Till."),
    ],
)
def test_another_list_out_of_sesam_says_which_columns_it_lacks_and_changes_nothing(
    desk: Story, tmp_path: Path, head: str, said: str
) -> None:
    other, before = tmp_path / "annat.csv", everything(desk)
    other.write_bytes(f"{head}1;2;3\n".encode("cp1252"))
    assert said in reconcile(desk, other).fault
    assert everything(desk) == before
