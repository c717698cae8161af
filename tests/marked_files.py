"""Every format that is read: a file with a marker in each place where text can hide, and the markers."""

from collections.abc import Callable
from functools import cache

from tests import marked_mails, marked_office, marked_pictures, marked_texts
from tests.marked_pictures import drawn, stored
from tests.marked_texts import mark
from tests.office_files import marked_docx, marked_pdf, marked_xlsx

XLSX = """cell formula hiddenrow hiddencolumn comment commentauthor format link tooltip header footer list
    prompttitle prompt error errortitle tablecolumn tablename charttitle hiddenname hiddensheet
    veryhiddenname definedname definedvalue title subject creator keywords description category
    modifier customname custom unused rich phonetic xmlcomment inline cached bad thread person pivot
    alttext alttitle textbox vml vmltail external attribute customxml"""
DOCX = """paragraph doccell nested docheader docfooter firstheader doccomment docauthor doclink doctitle
    doccreator docremark split delauthor deleted insauthor inserted vanish field vmlalt wordart
    textbox drawingname docalttext alias tag item value control footnotes endnotes docxml docprop
    docpropvalue"""
PDF = """pdftitle pdfauthor pdfsubject pdfkeywords page white outside unusedform annotation pdflink
    outline fieldname fieldtip fieldvalue choice rotated"""


HTML = """title meta style seen remark none hidden white alt src link tip input area noscript data split
    template mso option"""
RTF = """rtftitle rtfauthor remark header footer paragraph note annotation annotator bookmark hidden
    deleted link result cell unknown split åä öä"""
XLS = "owner sheetname hiddensheet cell formula hiddenrow hiddencolumn format link rich header footer"
ODS = """header footer title creator description fieldname fieldvalue sheetname cell hiddenrow
    hiddensheet splitcell notecell notecellauthor notehiddensheet formulacell formulahiddenrow"""
ODT = """header footer title creator description fieldname fieldvalue split note noteauthor tail footnote
    bookmark link linked hiddentext framename textbox alttext tablename cell"""
MSG = """subject sender to body topic own html htmlremark packed receiver longname shortname attached
    innersubject innerbody"""


def _words(words: str, *numbers: str) -> tuple[str, ...]:
    return (*map(mark, words.split()), *numbers)


MAKERS: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "a.html": (marked_texts.html, _words(HTML)),
    "a.enriched": (marked_texts.enriched, _words("bold param")),
    "a.ics": (
        marked_texts.calendar,
        _words("summary description line location attendee organizer comment category own html"),
    ),
    "a.vcf": (marked_texts.card, _words("name phone street quoted parameter")),
    "a.rtf": (marked_texts.rtf, _words(RTF)),
    "a.xlsx": (marked_xlsx, _words(XLSX)),
    "a.xlsm": (marked_office.xlsm, _words("macroremark macrotext project core")),
    "a.xls": (marked_office.xls, _words(XLS)),
    "a.ods": (marked_office.ods, _words(ODS)),
    "a.docx": (marked_docx, _words(DOCX)),
    "a.doc": (
        marked_office.doc,
        _words("wide link cell narrow note leftover bookmark property", "7719-4402"),
    ),
    "a.odt": (marked_office.odt, _words(ODT, "6620-4413")),
    "a.pdf": (marked_pdf, _words(PDF)),
    "scan.pdf": (marked_pictures.scan, _words("page inside attached", "1170-4479", "1180-4480")),
    "a.msg": (marked_mails.msg, _words(MSG)),
    "winmail.dat": (marked_mails.winmail, _words("topic modifier longname subject body attached")),
    "a.eml": (
        marked_mails.eml,
        _words("innersubject innerbody subject to comments preamble body attached filename"),
    ),
    "a.zip": (marked_mails.zipped, _words("nested cell entry folder remark archiveremark")),
    "a.gz": (marked_mails.gzipped, _words("packedname content")),
    "a.tar.gz": (marked_mails.tarred, _words("content entry second owner remark target")),
    "a.png": (marked_pictures.png, _words("text itxt", "5530-4424")),
    "a.jpg": (marked_pictures.jpg, _words("exiftitle artist usercomment jpegcomment", "4440-4435")),
    "a.tiff": (marked_pictures.tiff, ("3350-4446", "3350-4457")),
    "a.heic": (marked_pictures.heic, ("2260-4468",)),
    "a.webp": (lambda: stored(drawn("8810-4513"), "WEBP"), ("8810-4513",)),
    "a.gif": (lambda: stored(drawn("8820-4524").convert("L"), "GIF"), ("8820-4524",)),
    "a.bmp": (lambda: stored(drawn("8830-4535"), "BMP"), ("8830-4535",)),
    "picture.docx": (marked_pictures.docx_with_picture, ("1190-4491",)),
    "picture.xlsx": (marked_pictures.xlsx_with_picture, ("1210-4502",)),
}


@cache
def made(name: str) -> bytes:
    """Return the file of this name."""
    return MAKERS[name][0]()
