"""Attached files are read whole: each hiding place is swept, tables come out, and nothing hostile passes."""

from datetime import date, datetime
from email import message_from_bytes
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from service.reading.cells import position, reference
from service.reading.delimited import read_csv
from service.reading.pdf import read_pdf
from service.reading.spreadsheet import read_xlsx
from service.reading.word import read_docx
from service.values import Paragraphs, Table, Zone
from tests.office_files import (
    LIMITS,
    Reader,
    at,
    changed,
    marked_pdf,
    marked_xlsx,
    part,
    rows,
    saved,
    swept,
)

MAILS = Path(__file__).parent / "mails"


def test_names_inside_an_archive_are_swept() -> None:
    assert "MARK names MARK" in swept(read_xlsx(marked_xlsx(), "b", LIMITS))


def test_csv_is_swept_with_its_rows() -> None:
    read = read_csv(b'Artikel;Anm\n50123;"MARK;a\nMARK"\nMARKlong;1;2;3', "bilaga x.csv", LIMITS)
    assert "MARK;a\nMARK" in swept(read)
    assert at(read, "MARKlong") == "bilaga x.csv › rad 3"


def test_every_text_says_where_it_stands() -> None:
    read = read_xlsx(marked_xlsx(), "bilaga order.xlsx", LIMITS)
    assert at(read, "MARKhiddensheetMARK") == "bilaga order.xlsx › blad 'MARKhiddennameMARK' (dolt) › C3"
    assert at(read, "MARKcommentMARK") == "bilaga order.xlsx › kommentarer i blad 'Sheet' › A3"
    assert at(read, "MARKdescriptionMARK") == "bilaga order.xlsx › filens egenskaper"
    assert {p.zone for p in read.pieces if p.text == "MARKhiddennameMARK"} == {Zone.NAME}
    assert at(read_pdf(marked_pdf(), "b", LIMITS), "MARKannotationMARK") == "b › anteckning på sidan 1"


def test_a_number_over_neighbouring_cells_is_one_text() -> None:
    book, document = openpyxl.Workbook(), docx.Document()
    book.active["B2"], book.active["D2"] = "420312", "-2382"
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text, table.cell(0, 2).text = "420312", "-2382"
    assert "420312\t-2382" in swept(read_xlsx(saved(book), "b", LIMITS))
    assert "420312\t-2382" in swept(read_docx(saved(document), "b", LIMITS))
    assert "420312\t-2382" in swept(read_csv(b"420312;-2382", "b", LIMITS))


def test_a_number_that_a_tracked_change_mends_is_whole_in_one_view() -> None:
    runs = (
        "<w:p><w:r><w:t>42031</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>2</w:t></w:r></w:ins><w:r><w:t>-2382</w:t></w:r></w:p>"
    )
    data = saved(docx.Document())
    body = part(data, "word/document.xml").replace("<w:sectPr", runs + "<w:sectPr", 1)
    read = read_docx(changed(data, {"word/document.xml": body}), "b", LIMITS)
    assert "420312-2382" in swept(read)
    assert "420319-2382" in swept(read)
    assert read.blocks == (Paragraphs("420312-2382", "b"),)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (4.0, "General", "4"),
        (2.5, "General", "2.5"),
        (4203122382, "General", "4203122382"),
        (194203122382, "General", "194203122382"),
        (503122387, "000000-0000", "050312-2387"),
        (3122387, "000000\\-0000", "000312-2387"),
        (123, "00000", "00123"),
        (date(2026, 1, 22), "yyyy-mm-dd", "2026-01-22"),
        (date(1942, 3, 12), "d mmm", "1942-03-12"),
        (datetime(2026, 1, 22, 13, 30), "yyyy-mm-dd hh:mm", "2026-01-22 13:30"),
        (45, '0 "dagar"', "45"),
        (True, "General", "SANT"),
    ],
)
def test_numbers_are_shown_as_a_person_sees_them(value: object, number_format: str, shown: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = value, number_format
    read = read_xlsx(saved(book), "b", LIMITS)
    assert rows(read) == [(shown,)]
    assert at(read, shown) == "b › blad 'Sheet' › A1"


def test_a_zero_that_a_number_lost_is_given_back() -> None:
    book = openpyxl.Workbook()
    book.active["F7"] = 503122387
    assert at(read_xlsx(saved(book), "b", LIMITS), "0503122387") == "b › blad 'Sheet' › F7"
    assert at(read_csv(b"a;b\n1;503122387", "b", LIMITS), "0503122387") == "b › rad 2"


def test_only_what_is_seen_of_a_workbook_is_ordered() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "Beställning till Kil"
    sheet.merge_cells("B2:E2")
    for column, value in enumerate(("Artikelnr", "Pris", "Benämning", "Antal"), 2):
        sheet.cell(5, column, value)
        sheet.cell(6, column, f"dold {value}")
        sheet.cell(7, column, f"synlig {value}")
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[6].hidden = True
    book.create_sheet("Mall").sheet_state = "hidden"
    book["Mall"]["A1"] = "exempel"
    assert rows(read_xlsx(saved(book), "b", LIMITS)) == [
        ("Beställning till Kil", "", ""),
        ("Artikelnr", "Benämning", "Antal"),
        ("synlig Artikelnr", "synlig Benämning", "synlig Antal"),
    ]


def test_a_document_keeps_the_order_of_text_and_tables() -> None:
    document = docx.Document()
    document.add_paragraph("Till: Kil")
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text, table.cell(0, 2).text = "Artikel", "Antal"
    for column, text in enumerate(("50123", "Rollator", "4")):
        table.cell(1, column).text = text
    document.add_paragraph("Tack")
    assert read_docx(saved(document), "b", LIMITS).blocks == (
        Paragraphs("Till: Kil", "b"),
        Table((("Artikel", "", "Antal"), ("50123", "Rollator", "4")), "b"),
        Paragraphs("Tack", "b"),
    )


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_every_separator_and_charset(separator: str, charset: str) -> None:
    table = [("Artikelnr", "Benämning", "Antal"), ("50123", "Gåstol, låg; röd", "4"), ("50124", "Käpp", "")]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in table)
    assert rows(read_csv(text.encode(charset), "b", LIMITS)) == table


def test_csv_with_a_preamble_and_decimal_commas() -> None:
    text = b"Till Kil\n\nArtikel;Antal;Pris\n50123;4;1,50\n50124;2;2,50\n"
    assert rows(read_csv(text, "b", LIMITS))[2] == ("50123", "4", "1,50")
    assert rows(read_csv(b"sep=|\na;b|c", "b", LIMITS)) == [("a;b", "c")]


def test_columns_of_a_pdf_stay_apart() -> None:
    out = BytesIO()
    sheet = canvas.Canvas(out)
    for y, line in ((700, ("50123", "Rollator", "4 st")), (680, ("50124", "Duschpall hög", "2 st"))):
        for x, text in zip((72, 140, 300), line, strict=True):
            sheet.drawString(x, y, text)
    sheet.save()
    (block,) = read_pdf(out.getvalue(), "b", LIMITS).blocks
    assert isinstance(block, Paragraphs)
    assert [line.split("  ")[0] for line in block.text.splitlines()] == ["50123", "50124"]
    assert all(len([c for c in line.split("  ") if c.strip()]) == 3 for line in block.text.splitlines())


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_a_reference_names_its_place(row: int, column: int) -> None:
    assert position(reference(row, column)) == (row, column)


# The mails


@pytest.mark.parametrize(
    ("number", "reader", "text"),
    [
        ("037", read_xlsx, "331102-7746"),
        ("037", read_xlsx, "194907284154"),
        ("261", read_xlsx, "380214-9843"),
        ("262", read_xlsx, "360714-9873"),
        ("065", read_docx, "p-nr 670214-5498"),
        ("263", read_docx, "19410922-9825"),
        ("264", read_pdf, "390517 - 9861"),
        ("073", read_pdf, "1942-06-05"),
    ],
)
def test_what_the_mails_hide_in_their_files_is_swept(number: str, reader: Reader, text: str) -> None:
    assert text in swept(reader(attachment(number), "b", LIMITS))


@pytest.mark.parametrize(("number", "reader"), [("251", read_xlsx), ("075", read_docx), ("061", read_pdf)])
def test_clean_files_of_the_mails_have_nothing_unread(number: str, reader: Reader) -> None:
    assert not reader(attachment(number), "b", LIMITS).unread


def attachment(number: str) -> bytes:
    """Return the file that a mail of the corpus carries."""
    (path,) = MAILS.glob(f"{number}-*.eml")
    message = message_from_bytes(path.read_bytes())
    payload = next(p.get_payload(decode=True) for p in message.walk() if p.get_filename())
    assert isinstance(payload, bytes)
    return payload
