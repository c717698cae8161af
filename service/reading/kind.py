"""Tells what a file is by its first bytes: neither its name nor its declared type can be trusted."""

import re
import zipfile
from enum import StrEnum
from io import BytesIO


class FileKind(StrEnum):
    """What a file is. Those after TEXT are not read: the value says in Swedish what they are."""

    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    HTML = "html"
    MAIL = "mail"
    TEXT = "text"
    PICTURE = "en bild"
    OLD_OFFICE = "ett äldre eller krypterat Officedokument, eller ett mail från Outlook"
    ARCHIVE = "ett arkiv (zip eller liknande)"
    RICH_TEXT = "ett RTF-dokument"
    CALENDAR = "en kalenderpost eller ett visitkort"
    XML = "en XML-fil"
    ENCRYPTED = "krypterad"
    DAMAGED = "skadad"
    SOUND = "ljud eller film"
    PROGRAM = "ett program"
    UNKNOWN = "av okänt slag"


_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OLD_OFFICE),
    (b"{\\rtf", FileKind.RICH_TEXT),
    (b"\x89PNG\r\n", FileKind.PICTURE),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\x00", FileKind.PICTURE),
    (b"MM\x00*", FileKind.PICTURE),
    (b"\x00\x00\x01\x00", FileKind.PICTURE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ", FileKind.ARCHIVE),
    (b"\x78\x9f\x3e\x22", FileKind.OLD_OFFICE),  # winmail.dat (MS-OXTNEF)
    (b"-----BEGIN PGP MESSAGE", FileKind.ENCRYPTED),
    (b"\x7fELF", FileKind.PROGRAM),
    (b"ID3", FileKind.SOUND),
    (b"OggS", FileKind.SOUND),
    (b"BEGIN:VCALENDAR", FileKind.CALENDAR),
    (b"BEGIN:VCARD", FileKind.CALENDAR),
    (b"%!PS", FileKind.UNKNOWN),
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*){0,9}<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"(?:[A-Za-z-]{2,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}\r?\n")
_MAIL_FIELDS = re.compile(
    rb"^(?:from|received|subject|date|message-id|mime-version):", re.IGNORECASE | re.MULTILINE
)
_PICTURES = (b"WEBP", b"heic", b"heix", b"mif1", b"msf1", b"avif")
_LOOK = 4_096


def file_kind(data: bytes) -> FileKind:
    """Return what the bytes are."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data)
    if b"%PDF-" in data[:1_024]:
        return FileKind.PDF
    # A byte order mark and blank lines may stand before a text format's first word.
    start = data[:_LOOK].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in _MAGIC:
        if data.startswith(magic) or start.startswith(magic):
            return kind
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return FileKind.PICTURE if data[8:12] in _PICTURES else FileKind.SOUND
    if data[:2] in (b"BM", b"MZ") and b"\x00" in data[:64]:
        return FileKind.PICTURE if data[:2] == b"BM" else FileKind.PROGRAM
    return _textual(data, start)


def _textual(data: bytes, start: bytes) -> FileKind:
    if _is_binary(data):
        return FileKind.UNKNOWN
    if _HTML.match(start):
        return FileKind.HTML
    if start.startswith(b"<?xml"):
        return FileKind.XML
    head = _MAIL.match(data[:65_536])
    if head and len(_MAIL_FIELDS.findall(head[0])) >= 2:
        return FileKind.MAIL
    return FileKind.TEXT


def _is_binary(data: bytes) -> bool:
    """Whether the bytes hold signs that no text has; UTF-16 with its mark is text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    sample = data[:65_536]
    odd = sum(sample.count(sign) for sign in (*range(9), *range(14, 27), *range(28, 32)))
    return odd * 200 > len(sample) or (b"\x00" in sample and odd > 4)


def _zipped(data: bytes) -> FileKind:
    """Tell Office documents from other archives by the names of their parts."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = frozenset(package.namelist()[:10_000])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return FileKind.DAMAGED
    if "[Content_Types].xml" not in names:
        return FileKind.ARCHIVE
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "word/document.xml" in names:
        return FileKind.DOCX
    return FileKind.ARCHIVE
