"""What cannot be read is told, and hostile files are refused or read in bounds: nothing else is raised."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from service.limits import Limits
from service.reading.cells import reference
from service.reading.delimited import read_csv
from service.reading.part import CouldNotRead
from service.reading.pdf import read_pdf
from service.reading.spreadsheet import read_xlsx
from service.reading.word import read_docx
from tests.office_files import (
    LIMITS,
    Reader,
    at,
    changed,
    marked_pdf,
    pages,
    plain_xlsx,
    refused,
    rows,
    saved,
    swept,
)

# What cannot be read


@pytest.mark.parametrize(
    "name", ["xl/media/image1.png", "xl/embeddings/oleObject1.bin", "xl/vbaProject.bin", "xl/unknown.dat"]
)
def test_a_part_that_is_no_text_is_a_file_of_its_own(name: str) -> None:
    (file,) = read_xlsx(changed(plain_xlsx(), {name: b"\x89PNG"}), "bilaga a.xlsx", LIMITS).files
    assert file.data == b"\x89PNG"
    assert file.where.startswith("bilaga a.xlsx › ")
    assert not read_xlsx(plain_xlsx(), "bilaga a.xlsx", LIMITS).files


def picture_pdf(size: int, *, inline: bool) -> bytes:
    out, image = BytesIO(), Image.new("RGB", (size, size), "red")
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "Rollator")
    if inline:
        sheet.drawInlineImage(image, 72, 500)
    else:
        sheet.drawImage(ImageReader(image), 72, 500)
    sheet.save()
    return out.getvalue()


@pytest.mark.parametrize("inline", [True, False])
def test_a_page_with_text_and_a_picture_is_told(inline: bool) -> None:
    (unread,) = read_pdf(picture_pdf(200, inline=inline), "b", LIMITS).unread
    assert (unread.code, unread.where) == ("picture", "b › sidan 1")


def test_a_spacer_is_no_picture() -> None:
    assert not read_pdf(picture_pdf(2, inline=False), "b", LIMITS).unread


def test_a_pdf_that_shows_nothing_is_told() -> None:
    (unread,) = read_pdf(pages(""), "b", LIMITS).unread
    assert (unread.code, unread.where) == ("not_read", "b")


def test_a_page_that_shows_no_text_is_told() -> None:
    out = BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "Rollator")
    sheet.showPage()
    sheet.line(1, 1, 100, 100)
    sheet.save()
    (unread,) = read_pdf(out.getvalue(), "b", LIMITS).unread
    assert (unread.code, unread.where) == ("picture", "b › sidan 2")


def written(change: Callable[[PdfWriter], object]) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(pages("Rollator")))), BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def test_a_file_inside_a_pdf_is_a_file_of_its_own() -> None:
    read = read_pdf(written(lambda w: w.add_attachment("MARKfile.txt", b"x")), "b", LIMITS)
    assert [(file.name, file.data) for file in read.files] == [("MARKfile.txt", b"x")]
    assert "MARKfile" in swept(read)


def test_scripts_and_xmp_of_a_pdf_are_swept() -> None:
    xmp = b"<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:title>MARKxmp</dc:title></x:xmpmeta>"

    def change(writer: PdfWriter) -> None:
        script = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("MARKscript"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
        writer.xmp_metadata = xmp

    text = swept(read_pdf(written(change), "b", LIMITS))
    assert "MARKscript" in text
    assert "MARKxmp" in text


def test_what_an_earlier_version_of_a_pdf_holds_is_swept() -> None:
    out = BytesIO()
    writer = PdfWriter(BytesIO(marked_pdf()), incremental=True)
    writer.add_metadata({"/Title": "Beställning"})
    writer.write(out)
    read = read_pdf(out.getvalue(), "b", LIMITS)
    assert at(read, "Beställning") == "b › filens egenskaper"
    assert at(read, "MARKpdftitleMARK") == "b › filens egenskaper (tidigare version)"
    assert not any("MARKpageMARK" in piece.text for piece in read.pieces if "tidigare" in piece.where)


def test_identities_that_programs_give_are_not_swept() -> None:
    part = '<a id="{4A31207D-420312-2382}" other="8_{42031223-8212-4203-8122-420312238212}">x 420312-2382</a>'
    text = swept(read_xlsx(changed(plain_xlsx(), {"xl/other.xml": part}), "b", LIMITS))
    assert "420312238212" not in text
    assert text.count("420312-2382") == 2


def test_a_pdf_that_asks_for_a_password_is_told() -> None:
    secret = written(lambda w: w.encrypt("hemligt", algorithm="AES-256"))
    opened = written(lambda w: w.encrypt("", "hemligt", algorithm="AES-256"))
    assert refused(read_pdf, secret) == "encrypted"
    assert "Rollator" in swept(read_pdf(opened, "b", LIMITS))


# What is hostile


def test_a_bomb_is_seen_by_what_is_really_unpacked() -> None:
    limits = Limits(unpacked_bytes=1_000_000)
    bomb = changed(plain_xlsx(), {"xl/bomb.xml": b"<a>" + b" " * 20_000_000 + b"</a>"})
    lying = bomb.replace((20_000_007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert lying != bomb
    assert refused(read_xlsx, bomb, limits) == "too_large"
    assert refused(read_xlsx, lying, limits) == "damaged"
    assert (
        refused(read_xlsx, changed(plain_xlsx(), {f"{n}.xml": b"<a/>" for n in range(2001)})) == "too_large"
    )


@pytest.mark.parametrize(
    "name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/other.xml", "docProps/core.xml"]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_everywhere(name: str, charset: str) -> None:
    laughs = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    assert refused(read_xlsx, changed(plain_xlsx(), {name: laughs.encode(charset)})) == "damaged"


def test_a_sparse_sheet_costs_only_its_cells() -> None:
    sheet = (
        '<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )
    read = read_xlsx(changed(plain_xlsx(), {"xl/worksheets/sheet1.xml": sheet}), "b", LIMITS)
    assert rows(read) == [("1", ""), ("", "2")]
    beyond = sheet.replace("XFD1048576", "XFE1048577")
    assert refused(read_xlsx, changed(plain_xlsx(), {"xl/worksheets/sheet1.xml": beyond})) == "damaged"


def test_a_sheet_that_is_all_diagonal_is_refused() -> None:
    cells = "".join(f'<row><c r="{reference(n, n)}"><v>1</v></c></row>' for n in range(1, 3_000))
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    assert refused(read_xlsx, changed(plain_xlsx(), {"xl/worksheets/sheet1.xml": sheet})) == "too_large"


def test_deep_xml_is_refused_and_strange_tables_do_no_harm() -> None:
    data = saved(docx.Document())
    deep = "<document>" + "<p>" * 300 + "</p>" * 300 + "</document>"
    assert refused(read_docx, changed(data, {"word/document.xml": deep})) == "too_large"
    loose = "<document><tc><p><t>x</t></p></tc></document>"
    assert refused(read_docx, changed(data, {"word/document.xml": loose})) == "damaged"


def test_two_parts_of_one_name_are_refused() -> None:
    out = BytesIO(plain_xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("XL/workbook.xml", "<workbook/>")
    assert refused(read_xlsx, out.getvalue()) == "damaged"


def test_a_file_of_another_kind_is_refused() -> None:
    for reader in (read_xlsx, read_docx, read_pdf):
        assert refused(reader, b"Rollator") == "damaged"
    assert refused(read_docx, plain_xlsx()) == "damaged"
    assert refused(read_csv, b"a\0b") == "damaged"
    assert refused(read_csv, b"\x81") == "damaged"
    assert refused(read_pdf, pages(*["x"] * 31)) == "too_large"


def _form() -> bytes:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 0).text = "Rollator"
    parts = {"word/styles.xml": "<w:styles/>", "word/stylesWithEffects.xml": "<w:styles/>"}
    return changed(saved(document), parts)


FILES: dict[Reader, bytes] = {
    read_xlsx: plain_xlsx(),
    read_docx: _form(),
    read_pdf: marked_pdf(),
    read_csv: 'Artikelnr;Benämning;Antal\n50123;"Gåstol";4\n'.encode("utf-16"),
}


@settings(max_examples=150, deadline=None)
@given(reader=st.sampled_from(list(FILES)), share=st.floats(0, 1))
def test_a_file_cut_anywhere_is_read_or_refused(reader: Reader, share: float) -> None:
    data = FILES[reader]
    _survives(reader, data[: int(len(data) * share)])


@settings(max_examples=250, deadline=None)
@given(
    reader=st.sampled_from(list(FILES)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_file_with_twisted_bytes_is_read_or_refused(reader: Reader, flips: list[tuple[float, int]]) -> None:
    data = bytearray(FILES[reader])
    for share, byte in flips:
        data[int(len(data) * share)] = byte
    _survives(reader, bytes(data))


def _survives(reader: Reader, data: bytes) -> None:
    try:
        outcome = type(reader(data, "b", LIMITS)).__name__
    except CouldNotRead as failure:
        outcome = failure.code
    assert outcome in ("Read", "damaged", "encrypted", "too_large")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_as_csv(data: bytes) -> None:
    _survives(read_csv, data)
