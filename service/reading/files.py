"""Reads one file by what its bytes are: the table of readers, and what is told of a file that none reads."""

from service.limits import Limits
from service.reading.archive import read_gzip, read_tar, read_zip
from service.reading.calendar import read_calendar
from service.reading.charset import decode, hides_digits
from service.reading.delimited import read_csv
from service.reading.doc import read_doc
from service.reading.html import read_html
from service.reading.kind import FileKind
from service.reading.macro import read_macros
from service.reading.opendocument import read_ods, read_odt
from service.reading.outlook import read_outlook
from service.reading.part import CouldNotRead, File, Read, Reader
from service.reading.pdf import read_pdf
from service.reading.picture import read_picture, read_small_picture
from service.reading.plain import read_enriched, read_plain
from service.reading.recognise import file_kind
from service.reading.rtf import read_rtf
from service.reading.spreadsheet import read_xlsx
from service.reading.winmail import read_winmail
from service.reading.word import read_docx
from service.reading.xls import read_xls
from service.values import Piece, Unread, Zone

READERS: dict[FileKind, Reader] = {
    FileKind.XLSX: read_xlsx,
    FileKind.XLS: read_xls,
    FileKind.ODS: read_ods,
    FileKind.DOCX: read_docx,
    FileKind.DOC: read_doc,
    FileKind.ODT: read_odt,
    FileKind.RTF: read_rtf,
    FileKind.PDF: read_pdf,
    FileKind.OUTLOOK: read_outlook,
    FileKind.WINMAIL: read_winmail,
    FileKind.CALENDAR: read_calendar,
    FileKind.MACROS: read_macros,
    FileKind.ZIP: read_zip,
    FileKind.GZIP: read_gzip,
    FileKind.TAR: read_tar,
    FileKind.PICTURE: read_picture,
}
_TEXTS = frozenset((FileKind.TEXT, FileKind.HTML, FileKind.MAIL))
_CODES = {FileKind.ENCRYPTED: "encrypted", FileKind.DAMAGED: "damaged"}
_ENRICHED = ("text/enriched", "text/richtext")
_UNDERSTOOD = ("text/plain", "text/html", "text/csv", "text/rfc822-headers", *_ENRICHED)
_SIGNATURES = frozenset(
    ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
)
_SIGNATURE_STARTS = (b"\x30", b"-----BEGIN PGP SIGNATURE-----")
SIGNATURE_BYTES = 30_000
"""A detached signature with its chain of certificates is smaller; what is larger is something else."""


def is_empty(file: File) -> bool:
    """Whether there is nothing to read: no sign at all, or a signature kept beside what it signs."""
    signed = file.declared in _SIGNATURES and file.data.lstrip().startswith(_SIGNATURE_STARTS)
    return (signed and len(file.data) <= SIGNATURE_BYTES) or not file.data.strip()


def read_file(file: File, limits: Limits) -> Read:
    """Return all strings of the file, its layout, what stands inside it, and what could not be read."""
    if len(file.data) > max(limits.mail_bytes, limits.unpacked_bytes):
        return _unread("too_large", file.where, "Bilagan är för stor för att granskas.")
    kind = file_kind(file.data)
    try:
        if kind is FileKind.PICTURE and file.is_inline:
            return read_small_picture(file.data, file.where, limits)
        if kind in READERS:
            return READERS[kind](file.data, file.where, limits)
        if kind in _TEXTS:
            return _text(file, kind, limits)
    except CouldNotRead as failure:
        return _unread(failure.code, file.where, failure.text)
    sentence = f"Bilagan är {kind} och kunde inte granskas."
    # An XML file's words are swept, though nobody can say what a program shows of them.
    text = decode(file.data, file.charset) if kind is FileKind.XML else ""
    pieces = (Piece(text, file.where, Zone.ATTACHMENT),) if text else ()
    return Read(pieces, (), (Unread(_CODES.get(kind, "not_read"), file.where, sentence),))


def _text(file: File, kind: FileKind, limits: Limits) -> Read:
    zone = Zone.BODY if file.is_body else Zone.ATTACHMENT
    text = decode(file.data, file.charset)
    if file.declared == "text/html" or (kind is FileKind.HTML and file.declared != "text/plain"):
        found = read_html(text, file.where, zone)
    elif file.declared in _ENRICHED:
        found = read_enriched(text, file.where, zone)
    elif not file.is_body and (file.declared == "text/csv" or file.is_named(".csv", ".tsv")):
        found = read_csv(file.data, file.where, limits)
    else:
        found = read_plain(text, file.where, zone, flowed=file.flowed, joined=file.joined)
    pieces, unread = found.pieces, found.unread
    if hides_digits(file.charset):
        # Some programs show such a part by its bytes, whatever charset it claims.
        pieces = (*pieces, Piece(decode(file.data), f"{file.where}, som byte", zone))
    if not _is_understood(file):
        # A format of its own in letters, a program's file for one: who opens it may see something else.
        sentence = "Bilagan är av ett slag som inte kunde granskas."
        unread = (*unread, Unread("not_read", file.where, sentence))
    return Read(pieces, found.blocks, unread, found.files)


def _is_understood(file: File) -> bool:
    return file.declared in _UNDERSTOOD or file.is_named(".txt", ".csv", ".tsv", ".htm", ".html")


def _unread(code: str, where: str, text: str) -> Read:
    return Read((), (), (Unread(code, where, text),))
