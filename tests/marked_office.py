"""Office files other than xlsx, docx and pdf with a marker in each place where words can hide."""

import struct

import odf.dc
import odf.draw
import odf.meta
import odf.office
import odf.opendocument
import odf.style
import odf.svg
import odf.table
import odf.text
import xlwt

from tests.compound_file import compound
from tests.marked_pictures import drawn, stored
from tests.marked_texts import mark
from tests.office_files import changed, plain_xlsx, saved


def xls() -> bytes:
    """Return a workbook of Excel 97."""
    book = xlwt.Workbook()
    book.set_owner(mark("owner"))
    sheet, hidden = book.add_sheet("Blad1"), book.add_sheet(mark("sheetname"))
    hidden.visibility = 1
    hidden.write(2, 1, mark("hiddensheet"))
    sheet.write(0, 0, mark("cell"))
    sheet.write(1, 0, xlwt.Formula(f'"{mark("formula")}"&"x"'))
    sheet.write(2, 0, mark("hiddenrow"))
    sheet.row(2).hidden = True
    sheet.write(3, 4, mark("hiddencolumn"))
    sheet.col(4).hidden = True
    sheet.write(4, 0, 7, xlwt.easyxf(num_format_str=f'0" {mark("format")}"'))
    sheet.write(5, 0, xlwt.Formula(f'HYPERLINK("http://x.se/{mark("link")}";"x")'))
    sheet.write_rich_text(6, 0, (("MARKri", xlwt.easyfont("bold true")), "chMARK"))
    sheet.header_str, sheet.footer_str = mark("header").encode(), mark("footer").encode()
    return saved(book)


def _macros() -> bytes:
    source = (
        f'Attribute VB_Name = "Module1"\r\n\' {mark("macroremark")}\r\nx = "{mark("macrotext")}"\r\n'.encode()
    )
    tokens = b"".join(b"\0" + source[n : n + 8] for n in range(0, len(source), 8))
    packed = b"\x01" + struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens
    return compound(
        {"VBA/dir": b"\x01", "VBA/Module1": bytes(9) + packed, "PROJECT": mark("project").encode()}
    )


def xlsm() -> bytes:
    """Return a workbook with a macro."""
    return changed(
        plain_xlsx(), {"xl/vbaProject.bin": _macros(), "docProps/core.xml": f"<a>{mark('core')}</a>"}
    )


def doc() -> bytes:
    """Return a document of Word 97: text in bytes, text in wide signs, and a note after the body."""
    wide = f"{mark('wide')} åäö\r\x13HYPERLINK {mark('link')}\x14x\x15\r{mark('cell')}\x07\x07"
    narrow, note = f"{mark('narrow')} åäö\r", f"{mark('note')}\r"
    text = narrow.encode("cp1252") + wide.encode("utf-16-le") + note.encode("utf-16-le")
    start = 2_048
    places = (0, len(narrow), len(narrow) + len(wide) + len(note))
    offsets = (start * 2 | 0x40000000, start + len(narrow))
    pieces = struct.pack("<3I", *places) + b"".join(struct.pack("<HIH", 0, offset, 0) for offset in offsets)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    head = bytearray(start)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 10, 0x0200)
    struct.pack_into("<I", head, 0x4C, len(narrow) + len(wide))
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    left = f"   {mark('leftover')}   ".encode("utf-16-le")
    return compound(
        {
            "WordDocument": bytes(head) + text + left + stored(drawn("7719-4402"), "PNG"),
            "1Table": clx + mark("bookmark").encode("utf-16-le"),
            "\x05SummaryInformation": bytes(48) + mark("property").encode(),
        }
    )


def _p(text: str) -> object:
    return odf.text.P(text=text)


def _with_margins(document: object) -> None:
    """Add a header, a footer and properties."""
    layout = odf.style.PageLayout(name="L")
    document.automaticstyles.addElement(layout)  # type: ignore[attr-defined]
    master = odf.style.MasterPage(name="M", pagelayoutname=layout)
    for kind, word in ((odf.style.Header, "header"), (odf.style.Footer, "footer")):
        margin = kind()
        margin.addElement(_p(mark(word)))
        master.addElement(margin)
    document.masterstyles.addElement(master)  # type: ignore[attr-defined]
    for kind, word in (
        (odf.dc.Title, "title"),
        (odf.dc.Creator, "creator"),
        (odf.dc.Description, "description"),
    ):
        document.meta.addElement(kind(text=mark(word)))  # type: ignore[attr-defined]
    document.meta.addElement(odf.meta.UserDefined(name=mark("fieldname"), text=mark("fieldvalue")))  # type: ignore[attr-defined]


def _note(word: str) -> object:
    note = odf.office.Annotation()
    note.addElement(odf.dc.Creator(text=mark(f"{word}author")))
    note.addElement(_p(mark(word)))
    return note


def ods() -> bytes:
    """Return a workbook of LibreOffice."""
    document = odf.opendocument.OpenDocumentSpreadsheet()
    _with_margins(document)
    gone = odf.style.Style(name="gone", family="table")
    gone.addElement(odf.style.TableProperties(display="false"))
    document.automaticstyles.addElement(gone)
    for name, style in (("Blad1", None), (mark("sheetname"), gone)):
        table = odf.table.Table(name=name, **({"stylename": style} if style else {}))
        words = ("cell", "hiddenrow") if not style else ("hiddensheet",)
        for word in words:
            row = odf.table.TableRow(**({"visibility": "collapse"} if word == "hiddenrow" else {}))
            cell = odf.table.TableCell()
            paragraph = odf.text.P(text=f"{mark(word)} MARK")
            paragraph.addElement(odf.text.Span(text=f"split{word}MARK"))
            cell.addElement(paragraph)
            cell.addElement(_note(f"note{word}"))
            row.addElement(cell)
            row.addElement(odf.table.TableCell(formula=f'of:="{mark("formula" + word)}"'))
            table.addElement(row)
        document.spreadsheet.addElement(table)
    return saved(document)


def odt() -> bytes:
    """Return a document of LibreOffice."""
    document = odf.opendocument.OpenDocumentText()
    _with_margins(document)
    paragraph = odf.text.P(text="MARK")
    paragraph.addElement(odf.text.Span(text="spl"))
    paragraph.addText("itMARK ")
    paragraph.addElement(_note("note"))
    paragraph.addText(mark("tail"))
    footnote = odf.text.Note(noteclass="footnote")
    body = odf.text.NoteBody()
    body.addElement(_p(mark("footnote")))
    footnote.addElement(odf.text.NoteCitation(text="1"))
    footnote.addElement(body)
    paragraph.addElement(footnote)
    paragraph.addElement(odf.text.BookmarkStart(name=mark("bookmark")))
    paragraph.addElement(odf.text.A(href=f"http://x.se/{mark('link')}", text=mark("linked")))
    paragraph.addElement(
        odf.text.HiddenText(condition="ooow:true", ishidden="true", stringvalue=mark("hiddentext"))
    )
    frame = odf.draw.Frame(name=mark("framename"))
    box = odf.draw.TextBox()
    box.addElement(_p(mark("textbox")))
    frame.addElement(box)
    frame.addElement(odf.svg.Desc(text=mark("alttext")))
    paragraph.addElement(frame)
    table, row, cell = odf.table.Table(name=mark("tablename")), odf.table.TableRow(), odf.table.TableCell()
    cell.addElement(_p(mark("cell")))
    row.addElement(cell)
    table.addElement(row)
    for element in (paragraph, table):
        document.text.addElement(element)
    picture = document.addPicture("slip.png", "image/png", stored(drawn("6620-4413"), "PNG"))
    shown = odf.draw.Frame(width="10cm", height="6cm", anchortype="paragraph")
    shown.addElement(odf.draw.Image(href=picture))
    last = odf.text.P()
    last.addElement(shown)
    document.text.addElement(last)
    return saved(document)
