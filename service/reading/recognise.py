"""Tells what a file is; of containers (zip packages, OLE compound files) by what stands in them."""

import zipfile
from io import BytesIO

import olefile

from service.reading.kind import FileKind, plain_kind

_BROKEN = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, LookupError, TypeError)
_NAMES = 10_000
_MIMETYPE_BYTES = 200
_MAIN_PARTS = {
    "xl/workbook.xml": FileKind.XLSX,
    "word/document.xml": FileKind.DOCX,
}
_OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
    "application/vnd.oasis.opendocument.text": FileKind.ODT,
}
_STREAMS = (
    ("EncryptedPackage", FileKind.ENCRYPTED),
    ("EncryptionInfo", FileKind.ENCRYPTED),
    ("__properties_version1.0", FileKind.OUTLOOK),
    ("Workbook", FileKind.XLS),
    ("Book", FileKind.XLS),
    ("WordDocument", FileKind.DOC),
    ("VBA/dir", FileKind.MACROS),
)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NEVER_DOUBLE = frozenset((FileKind.TEXT, FileKind.HTML, FileKind.RTF, FileKind.PICTURE, FileKind.CALENDAR))


def file_kind(data: bytes) -> FileKind:
    """Return what the bytes are."""
    if data.startswith(_ZIP):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    if b"%PDF-" in data[:1_024]:
        return FileKind.PDF
    kind = plain_kind(data)
    if kind in _NEVER_DOUBLE and zipfile.is_zipfile(BytesIO(data)):
        return FileKind.DOUBLE
    return kind


def _zip_kind(data: bytes) -> FileKind:
    """Tell office documents from other archives by the names of their parts."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = frozenset(package.namelist()[:_NAMES])
            declared = _mimetype(package) if "mimetype" in names else ""
    except _BROKEN:
        return FileKind.DAMAGED
    if declared in _OPEN_DOCUMENTS:
        return _OPEN_DOCUMENTS[declared]
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _MAIN_PARTS.items() if part in names), FileKind.OTHER_OFFICE)
    return FileKind.OTHER_OFFICE if declared.startswith("application/vnd.") else FileKind.ZIP


def _ole_kind(data: bytes) -> FileKind:
    """Tell old office documents, Outlook's mails and encrypted documents by their streams."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            return next((kind for name, kind in _STREAMS if ole.exists(name)), FileKind.OTHER_OFFICE)
    except _BROKEN:
        return FileKind.DAMAGED


def _mimetype(package: zipfile.ZipFile) -> str:
    with package.open("mimetype") as file:
        return file.read(_MIMETYPE_BYTES).decode("latin-1").strip().removesuffix("-template")
