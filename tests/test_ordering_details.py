"""Ordering: what a mail says of the delivery, how surely each field was read, and where it stands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading.html import read_html
from service.reading.spans import WIDEST
from service.values import Delivery, FieldRead, Order, Paragraphs, Table
from tests.order_texts import understood

ASKED = "Till Annagården: 2 st duschpall 61316."
FIELDS = {"article_number", "description", "quantity", "unit"}


def only(text: str, subject: str = "", *tables: Table) -> Order:
    (order,) = understood(subject, text, *tables).orders
    return order


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Kontaktperson vid leverans: Eva Lind, enhetschef, 0570-816 00.",
            Delivery(contact_person="Eva Lind", contact_phone="0570-816 00"),
        ),
        ("Kontakt på plats: Ali Hassan\nTelefon: 070-111 22 33", Delivery("Ali Hassan", "070-111 22 33")),
        ("Att: Åsa Berg, arbetsterapeut", Delivery("Åsa Berg")),
        ("Jag kontaktar er i morgon bitti igen, att ringa går också.", Delivery()),
        ("Kst: 33410\nEr referens: 778812", Delivery(cost_centre="33410", reference="778812")),
        ("Kostnadsställe 331200, ref. Maja Lund", Delivery(cost_centre="331200", reference="Maja Lund")),
        ("Ersätt gärna med likvärdig om den är slut.", Delivery(substitute=True)),
        ("Ersätt inte med likvärdig.", Delivery()),
        (
            "Önskas levererat v. 12.",
            Delivery(wish="v. 12", first=date(2026, 3, 16), last=date(2026, 3, 22)),
        ),
        (
            "Leverans vecka 12-13 passar.",
            Delivery(wish="vecka 12-13", first=date(2026, 3, 16), last=date(2026, 3, 29)),
        ),
        (
            "Leverans senast fredag 13/3.",
            Delivery(wish="13/3", first=date(2026, 3, 13), last=date(2026, 3, 13)),
        ),
        ("Vi flyttade in v. 3 förra året och inventerade då.", Delivery()),
    ],
)
def test_what_is_said_of_the_delivery_is_read(text: str, told: Delivery) -> None:
    assert only(f"{ASKED}\n{text}").delivery == told


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("Det är akut!", True),
        ("Behövs redan idag.", True),
        ("Brådskar.", True),
        ("Leverans i dag om det går.", True),
        ("Så fort ni hinner.", False),
        ("Gärna snarast möjligt.", False),
        ("Det är ingen brådska.", False),
        ("Inte akut, men gärna före fredag.", False),
        ("Det brådskar inte.", False),
    ],
)
def test_urgent_is_told_from_a_polite_hurry(text: str, urgent: bool) -> None:
    assert only(f"{ASKED}\n{text}").urgent is urgent


def test_each_field_tells_how_surely_it_was_read_and_where() -> None:
    order = only("Hej!\nTill: Annagården\nLeverans senast 13/3.\n2 st duschpall 61316")
    assert order.fields == (
        FieldRead("destination", 0.99, "mailets text, rad 2"),
        FieldRead("requested_date", 0.98, "mailets text, rad 3"),
    )
    (line,) = order.lines
    assert {field.field for field in line.fields} == FIELDS
    assert {field.where for field in line.fields} == {"mailets text, rad 4"}


def test_a_row_of_a_table_is_placed_by_its_row_though_rows_before_it_ask_for_nothing() -> None:
    rows = (("Artnr", "Saldo", "Beställs"), ("61316", "4", ""), ("61320", "0", "2"))
    (line,) = only("Till Annagården", "", Table(rows, "bilaga")).lines
    assert (line.article_number, line.where) == ("61320", "bilaga, rad 3")
    (line,) = only("Till Annagården\n\nArtnr;Saldo;Beställs\n61316;4;\n61320;0;2").lines
    assert (line.article_number, line.where) == ("61320", "mailets text, rad 5")


@given(
    st.integers(50_000, 69_999), st.integers(1, 99), st.sampled_from(["st", "par", "kartonger", "förp", ""])
)
def test_a_line_is_no_surer_than_its_product_and_its_count(code: int, count: int, unit: str) -> None:
    (line,) = only(f"Till Annagården:\n{code} Duschpall {count} {unit}".rstrip()).lines
    sure = {field.field: field.confidence for field in line.fields}
    assert line.confidence == min(sure["article_number"], sure["quantity"])
    assert all(0.9 <= confidence <= 1 for confidence in sure.values())


@pytest.mark.parametrize(
    "rows",
    [
        "- 3 st rollatorer\n- duschpallar\n- 5 st griptänger",
        "- 3 st rollatorer\n- toffelhållare",
        "40112 Rollator 3 st\nduschpall\n50710 Griptång 5 st",
        "3 rollatorer, duschpall, 5 griptänger",
        "40112 Rollator 3 st 17",
    ],
)
def test_a_product_without_a_count_among_counted_ones_is_a_doubt_at_its_place(rows: str) -> None:
    said = understood("", f"Till Annagården:\n{rows}")
    doubts = [doubt for doubt in said.doubts if doubt.code in ("no_quantity", "leftover_number")]
    assert doubts
    assert all("rad" in doubt.where for doubt in doubts)


def test_a_heading_over_rows_is_no_product_without_a_count() -> None:
    said = understood("", "Till Annagården\n\nSÄNG\n50650 Opus 5 – 2 st\n\nHYGIEN\n51063 Hygienstol – 1 st")
    assert said.doubts == ()


@pytest.mark.parametrize("joint", ["och", "eller", "/"])
def test_two_places_in_one_breath_are_a_doubt(joint: str) -> None:
    said = understood("", f"2 st duschpall 61316 till Gunnern {joint} Oskarslund")
    assert "no_destination" in {doubt.code for doubt in said.doubts}


def test_a_labelled_place_of_the_body_wins_over_the_subject() -> None:
    assert only("Till: Säffle kundlager\n61316, 2 st", "Order förråd Säffle").to_stock == "Säffle kundlager"


@pytest.mark.parametrize("tag", ["s", "del", "strike"])
def test_what_is_struck_through_is_read_and_not_ordered(tag: str) -> None:
    read = read_html(f"<p>61316 2 st<br><{tag}>61320 5 st</{tag}><br>61330 1 st</p>", "mailets text")
    assert "61320" in read.pieces[0].text
    (block,) = read.blocks
    assert isinstance(block, Paragraphs)
    assert block.text.split() == ["61316", "2", "st", "61330", "1", "st"]


@pytest.mark.parametrize(
    ("rows", "laid"),
    [
        (
            "<tr><td rowspan=2>Ekliden</td><td>61316</td><td>2</td></tr><tr><td>61320</td><td>3</td></tr>",
            (("Ekliden", "61316", "2"), ("", "61320", "3")),
        ),
        (
            "<tr><td colspan=2>Ekliden</td><td>2</td></tr>"
            "<tr><td>61320</td><td rowspan=2>x</td><td>3</td></tr>"
            "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>",
            (("Ekliden", "", "2"), ("61320", "x", "3"), ("a", "", "b"), ("c",)),
        ),
        (
            "<tr><td rowspan='-4'>a</td><td colspan=två>b</td></tr><tr><td>c</td></tr>",
            (("a", "b"), ("c",)),
        ),
    ],
)
def test_a_cell_over_several_rows_or_columns_leaves_the_others_in_their_columns(
    rows: str, laid: tuple[tuple[str, ...], ...]
) -> None:
    (block,) = read_html(f"<table>{rows}</table>", "mailets text").blocks
    assert isinstance(block, Table)
    assert block.rows == laid


def test_a_cell_is_not_believed_to_be_as_wide_as_it_says() -> None:
    (block,) = read_html("<table><tr><td colspan=999999>a</td><td>b</td></tr></table>", "mailets text").blocks
    assert isinstance(block, Table)
    assert len(block.rows[0]) == WIDEST + 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("5 st 37331 o 2 st 38381 till arvika buffertförråd så fort ni hinner", ["", ""]),
        (
            "2 st vårdsäng Opus (art nr 60210) samt madrass 60333, 1 st. Brukarvikt upp till 200 kg.",
            ["vårdsäng Opus", "madrass"],
        ),
        ("Rollator 40112, 3 st, ersätt gärna med likvärdig", ["Rollator"]),
    ],
)
def test_a_description_holds_no_other_words(text: str, names: list[str]) -> None:
    lines = [line for order in understood("", text).orders for line in order.lines]
    assert [line.description for line in lines] == names
