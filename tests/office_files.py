"""Office files with a marker in each place where text can hide, made by the libraries and zip surgery."""

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet import table as openpyxl_table
from openpyxl.worksheet.datavalidation import DataValidation
from reportlab.pdfgen import canvas

from service.limits import Limits
from service.reading.part import CouldNotRead, Read
from service.values import Table

LIMITS = Limits()
Reader = Callable[[bytes, str, Limits], Read]


def refused(reader: Reader, data: bytes, limits: Limits = LIMITS) -> str:
    """Return the code with which a reader refuses a file."""
    with pytest.raises(CouldNotRead) as failure:
        reader(data, "bilaga", limits)
    return failure.value.code


def swept(read: Read) -> str:
    """Return every string that was read."""
    return "\n".join(piece.text for piece in read.pieces)


def at(read: Read, text: str) -> str:
    """Return where a text was found, with its mark."""
    piece = next(p for p in read.pieces if text in p.text)
    marks = [mark for offset, mark in piece.marks if offset <= piece.text.index(text)]
    return " › ".join((piece.where, *marks[-1:]))


def rows(read: Read) -> list[tuple[str, ...]]:
    """Return the rows of all tables that were read."""
    return [row for block in read.blocks if isinstance(block, Table) for row in block.rows]


def changed(data: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """Return the zip file with parts put in or exchanged."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def part(data: bytes, name: str) -> str:
    """Return one part of a zip file as text."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def saved(file: object) -> bytes:
    """Return what a workbook or a document saves."""
    out = BytesIO()
    file.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def plain_xlsx() -> bytes:
    """Return an order of one sheet."""
    book = openpyxl.Workbook()
    for row in (("Artikelnr", "Benämning", "Antal"), (50123, "Rollator Carl-Oskar", 4.0)):
        book.active.append(row)
    return saved(book)


def _workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"] = "MARKcellMARK", '="MARKformulaMARK"&"x"'
    sheet["A2"] = "MARKhiddenrowMARK"
    sheet.row_dimensions[2].hidden = True
    sheet["D1"] = "MARKhiddencolumnMARK"
    sheet.column_dimensions["D"].hidden = True
    sheet["A3"].comment = Comment("MARKcommentMARK", "MARKcommentauthorMARK")
    sheet["A4"], sheet["A4"].number_format = 7, '0" MARKformatMARK"'
    sheet["A5"].hyperlink = "https://example.org/MARKlinkMARK"
    sheet["A5"].hyperlink.tooltip = "MARKtooltipMARK"
    sheet.oddHeader.center.text, sheet.evenFooter.left.text = "MARKheaderMARK", "MARKfooterMARK"
    rule = DataValidation(type="list", formula1='"MARKlistMARK,b"', promptTitle="MARKprompttitleMARK")
    rule.prompt, rule.error, rule.errorTitle = "MARKpromptMARK", "MARKerrorMARK", "MARKerrortitleMARK"
    rule.add("A6")
    sheet.add_data_validation(rule)
    sheet["F1"], sheet["F2"] = "MARKtablecolumnMARK", 1
    sheet.add_table(openpyxl_table.Table(displayName="MARKtablenameMARK", ref="F1:F2"))
    chart = BarChart()
    chart.title = "MARKcharttitleMARK"
    chart.add_data(Reference(sheet, min_col=6, min_row=2, max_row=2))
    sheet.add_chart(chart, "H1")
    return book


def marked_xlsx() -> bytes:
    """Return a workbook with a marker in each hiding place."""
    book = _workbook()
    book.create_sheet("MARKhiddennameMARK").sheet_state = "hidden"
    book["MARKhiddennameMARK"]["C3"] = "MARKhiddensheetMARK"
    book.create_sheet("MARKveryhiddennameMARK").sheet_state = "veryHidden"
    book.defined_names["MARKdefinednameMARK"] = DefinedName(
        "MARKdefinednameMARK", attr_text='"MARKdefinedvalueMARK"'
    )
    about = book.properties
    about.title, about.subject, about.creator = "MARKtitleMARK", "MARKsubjectMARK", "MARKcreatorMARK"
    about.keywords, about.description = "MARKkeywordsMARK", "MARKdescriptionMARK"
    about.category, about.lastModifiedBy = "MARKcategoryMARK", "MARKmodifierMARK"
    book.custom_doc_props.append(StringProperty(name="MARKcustomnameMARK", value="MARKcustomMARK"))
    data = saved(book)
    strings = (
        "<sst><si><t>MARKunusedMARK</t></si><si><r><t>MARKri</t></r><r><rPr><b/></rPr><t>chMARK</t></r>"
        "<rPh sb='0' eb='1'><t>MARKphoneticMARK</t></rPh></si><!-- MARKxmlcommentMARK --></sst>"
    )
    relations = part(data, "xl/_rels/workbook.xml.rels").replace(
        "</Relationships>",
        '<Relationship Id="strings" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    sheet = part(data, "xl/worksheets/sheet1.xml").replace(
        "</sheetData>",
        '<row r="9"><c r="A9" t="inlineStr"><is><r><t>MARKin</t></r><r><t>lineMARK</t></r></is></c>'
        '<c r="B9" t="str"><f>1</f><v>MARKcachedMARK</v></c><c r="C9" t="e"><v>#MARKbadMARK</v></c>'
        '<c r="E9" t="s"><v>1</v></c></row></sheetData>',
    )
    return changed(
        data,
        {
            "xl/sharedStrings.xml": strings,
            "xl/_rels/workbook.xml.rels": relations,
            "xl/worksheets/sheet1.xml": sheet,
            "xl/threadedComments/threadedComment1.xml": (
                '<ThreadedComments><threadedComment ref="A1"><text>MARKthreadMARK</text></threadedComment>'
                "</ThreadedComments>"
            ),
            "xl/persons/person.xml": '<personList><person displayName="MARKpersonMARK"/></personList>',
            "xl/pivotCache/pivotCacheRecords1.xml": '<records><r><s v="MARKpivotMARK"/></r></records>',
            "xl/drawings/drawing9.xml": (
                '<wsDr xmlns:a="a"><cNvPr id="2" name="x" descr="MARKalttextMARK" title="MARKalttitleMARK"/>'
                "<a:p><a:r><a:t>MARKte</a:t></a:r><a:r><a:rPr/><a:t>xtboxMARK</a:t></a:r></a:p></wsDr>"
            ),
            "xl/drawings/vmlDrawing9.vml": "<xml><div>MARKvmlMARK<br/>MARKvmltailMARK</div></xml>",
            "xl/externalLinks/externalLink1.xml": "<externalLink><v>MARKexternalMARK</v></externalLink>",
            "xl/MARK names MARK.xml": "<x/>",
            "customXml/item1.xml": "<a b='MARKattributeMARK'>MARKcustomxmlMARK</a>".encode("utf-16"),
        },
    )


_BODY = """
<w:p><w:r><w:t>MARKsp</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>litMARK</w:t></w:r></w:p>
<w:p><w:del w:author="MARKdelauthorMARK"><w:r><w:delText>MARKdeletedMARK</w:delText></w:r></w:del>
<w:ins w:author="MARKinsauthorMARK"><w:r><w:t>MARKinsertedMARK</w:t></w:r></w:ins></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr>
<w:t>MARKvanishMARK</w:t></w:r></w:p>
<w:p><w:r><w:instrText>HYPERLINK MARKfi</w:instrText></w:r><w:r><w:instrText>eldMARK</w:instrText></w:r></w:p>
<w:p><w:r><w:pict><v:shape xmlns:v="urn:v" alt="MARKvmlaltMARK">
<v:textpath string="MARKwordartMARK"/><v:textbox>
<w:txbxContent><w:p><w:r><w:t>MARKtextboxMARK</w:t></w:r></w:p>
</w:txbxContent></v:textbox></v:shape>
</w:pict></w:r></w:p>
<w:p><w:r><w:drawing><docPr id="1" name="MARKdrawingnameMARK" descr="MARKdocalttextMARK"/>
</w:drawing></w:r></w:p>
<w:sdt><w:sdtPr><w:alias w:val="MARKaliasMARK"/><w:tag w:val="MARKtagMARK"/><w:dropDownList>
<w:listItem w:displayText="MARKitemMARK" w:value="MARKvalueMARK"/></w:dropDownList></w:sdtPr>
<w:sdtContent><w:p><w:r><w:t>MARKcontrolMARK</w:t></w:r></w:p></w:sdtContent></w:sdt>
"""


def marked_docx() -> bytes:
    """Return a document with a marker in each hiding place."""
    document = docx.Document()
    document.add_paragraph("MARKparagraphMARK")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "MARKdoccellMARK", "x"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "MARKnestedMARK"
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = (
        "MARKdocheaderMARK",
        "MARKdocfooterMARK",
    )
    section.first_page_header.paragraphs[0].text = "MARKfirstheaderMARK"
    document.add_comment(document.paragraphs[0].runs, text="MARKdoccommentMARK", author="MARKdocauthorMARK")
    document.part.relate_to("mailto:MARKdoclinkMARK", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    about = document.core_properties
    about.title, about.author, about.comments = "MARKdoctitleMARK", "MARKdoccreatorMARK", "MARKdocremarkMARK"
    data = saved(document)
    body = part(data, "word/document.xml").replace("<w:sectPr", _BODY + "<w:sectPr", 1)
    notes = '<w:{0} xmlns:w="w"><w:p><w:r><w:t>MARK{0}MARK</w:t></w:r></w:p></w:{0}>'
    return changed(
        data,
        {
            "word/document.xml": body,
            "word/footnotes.xml": notes.format("footnotes"),
            "word/endnotes.xml": notes.format("endnotes"),
            "customXml/item7.xml": "<patient>MARKdocxmlMARK</patient>",
            "docProps/custom.xml": '<p name="MARKdocpropMARK"><v>MARKdocpropvalueMARK</v></p>',
        },
    )


def pages(*texts: str) -> bytes:
    """Return a PDF of one line a page."""
    out = BytesIO()
    sheet = canvas.Canvas(out)
    for text in texts:
        sheet.drawString(72, 720, text)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def marked_pdf() -> bytes:
    """Return a PDF with a marker in each hiding place that no unread part stands in."""
    out = BytesIO()
    sheet = canvas.Canvas(out)
    for setter, word in (
        (sheet.setTitle, "pdftitle"),
        (sheet.setAuthor, "pdfauthor"),
        (sheet.setSubject, "pdfsubject"),
    ):
        setter(f"MARK{word}MARK")
    sheet.setKeywords("MARKpdfkeywordsMARK")
    sheet.drawString(72, 720, "MARKpageMARK")
    sheet.setFillGray(1)
    sheet.drawString(72, 700, "MARKwhiteMARK")
    sheet.drawString(-500, 5000, "MARKoutsideMARK")
    sheet.beginForm("f")
    sheet.drawString(10, 10, "MARKunusedformMARK")
    sheet.endForm()
    sheet.textAnnotation("MARKannotationMARK", (50, 50, 90, 90))
    sheet.linkURL("https://example.org/MARKpdflinkMARK", (10, 10, 20, 20))
    sheet.bookmarkPage("x")
    sheet.addOutlineEntry("MARKoutlineMARK", "x")
    sheet.acroForm.textfield(
        name="MARKfieldnameMARK",
        tooltip="MARKfieldtipMARK",
        value="MARKfieldvalueMARK",
        x=100,
        y=100,
        width=200,
    )
    sheet.acroForm.choice(name="c", value="a", options=["a", "MARKchoiceMARK"], x=100, y=200, width=200)
    sheet.showPage()
    sheet.saveState()
    sheet.rotate(90)
    sheet.drawString(72, -300, "MARKrotatedMARK")
    sheet.restoreState()
    sheet.save()
    return out.getvalue()
