"""The kinds of files, and what tells one by its first bytes: no name or declared type can be trusted."""

import re
from enum import StrEnum


class FileKind(StrEnum):
    """What a file is. Those after PICTURE are never read: the value says in Swedish what they are."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    HTML = "html"
    MAIL = "mail"
    OUTLOOK = "msg"
    WINMAIL = "winmail.dat"
    CALENDAR = "calendar"
    MACROS = "makron"
    TEXT = "text"
    ZIP = "zip"
    GZIP = "gz"
    TAR = "tar"
    PICTURE = "en bild"
    OTHER_OFFICE = "ett Officedokument av ett slag som inte läses"
    SEVEN_ZIP = "ett arkiv i formatet 7z"
    RAR = "ett arkiv i formatet rar"
    OTHER_ARCHIVE = "ett arkiv av ett slag som inte läses"
    XML = "en XML-fil"
    ENCRYPTED = "krypterad"
    DAMAGED = "skadad"
    DOUBLE = "två slags filer i en"
    SOUND = "ljud eller film"
    PROGRAM = "ett program"
    UNKNOWN = "av okänt slag"


MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"{\\rtf", FileKind.RTF),
    (b"\x89PNG\r\n", FileKind.PICTURE),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\x00", FileKind.PICTURE),
    (b"MM\x00*", FileKind.PICTURE),
    (b"\x00\x00\x01\x00", FileKind.PICTURE),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"7z\xbc\xaf\x27\x1c", FileKind.SEVEN_ZIP),
    (b"Rar!\x1a\x07", FileKind.RAR),
    (b"BZh", FileKind.OTHER_ARCHIVE),
    (b"\xfd7zXZ", FileKind.OTHER_ARCHIVE),
    (b"\x28\xb5\x2f\xfd", FileKind.OTHER_ARCHIVE),  # zstd
    (b"MSCF", FileKind.OTHER_ARCHIVE),  # cab
    (b"\x78\x9f\x3e\x22", FileKind.WINMAIL),  # MS-OXTNEF 2.1.3.1
    (b"-----BEGIN PGP MESSAGE", FileKind.ENCRYPTED),
    (b"-----BEGIN PKCS7", FileKind.ENCRYPTED),
    (b"\x7fELF", FileKind.PROGRAM),
    (b"ID3", FileKind.SOUND),
    (b"OggS", FileKind.SOUND),
    (b"fLaC", FileKind.SOUND),
    (b"#!AMR", FileKind.SOUND),
    (b"#!", FileKind.PROGRAM),
    (b"\x1aE\xdf\xa3", FileKind.SOUND),  # Matroska
    (b"%!PS", FileKind.UNKNOWN),
)
_SEALED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""The object identifier that S/MIME begins with: pkcs7, whatever is sealed in it (RFC 5652)."""

_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*){0,9}<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_CALENDAR = re.compile(rb"BEGIN:(?:VCALENDAR|VCARD)", re.IGNORECASE)
_MAIL = re.compile(rb"(?:[A-Za-z-]{2,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}\r?\n")
_MAIL_FIELDS = re.compile(
    rb"^(?:from|received|subject|date|message-id|mime-version):", re.IGNORECASE | re.MULTILINE
)
_PICTURES = (b"WEBP", b"heic", b"heix", b"mif1", b"msf1", b"avif")
_LOOK = 4_096


def plain_kind(data: bytes) -> FileKind:
    """Return what the bytes of a file that is no container are."""
    # A byte order mark and blank lines may stand before a text format's first word.
    start = data[:_LOOK].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in MAGIC:
        if data.startswith(magic) or start.startswith(magic):
            return kind
    if data[257:262] == b"ustar":
        return FileKind.TAR
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return FileKind.PICTURE if data[8:12] in _PICTURES else FileKind.SOUND
    if data[:2] in (b"BM", b"MZ") and b"\x00" in data[:64]:
        return FileKind.PICTURE if data[:2] == b"BM" else FileKind.PROGRAM
    if _SEALED in data[:64]:
        return FileKind.ENCRYPTED
    return _textual(data, start)


def _textual(data: bytes, start: bytes) -> FileKind:
    if is_binary(data):
        return FileKind.UNKNOWN
    if _CALENDAR.match(start):
        return FileKind.CALENDAR
    if _HTML.match(start):
        return FileKind.HTML
    if start.startswith(b"<?xml"):
        return FileKind.XML
    head = _MAIL.match(data[:65_536])
    if head and len(_MAIL_FIELDS.findall(head[0])) >= 2:
        return FileKind.MAIL
    return FileKind.TEXT


def is_binary(data: bytes) -> bool:
    """Whether the bytes hold signs that no text has; UTF-16 with its mark is text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    sample = data[:65_536]
    odd = sum(sample.count(sign) for sign in (*range(9), *range(14, 27), *range(28, 32)))
    return odd * 200 > len(sample) or (b"\x00" in sample and odd > 4)
