"""Open a zip-based office file (Open Packaging Conventions) within limits, counting what is unpacked."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element

from service.limits import Limits
from service.reading.markup import attribute, leftover, parse
from service.reading.part import CouldNotRead, File, Read
from service.values import Piece, Zone

DAMAGED = "Filen är skadad och går inte att öppna."
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    LookupError,
    NotImplementedError,
    ValueError,
)
"""What zipfile raises for a file that is cut or twisted."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 16
_XML = (".xml", ".rels", ".vml", ".rdf")
# Printer settings and fonts hold no text of the sender's. A thumbnail is a preview of the first page, too
# small to read, and stands in the template that most programs which write docx files start from.
_HARMLESS = re.compile(
    r"xl/printersettings/.+\.bin|(?:word|ppt)/fonts/.+\.(?:odttf|fntdata)|docprops/thumbnail\.\w+"
    r"|mimetype|thumbnails/thumbnail\.png|objectreplacements/.+|layout-cache",
    re.IGNORECASE,
)
_PLACES = (
    (re.compile(r"(?i)docprops/"), "filens egenskaper"),
    (re.compile(r"(?i)\.rels$"), "länkar"),
    (re.compile(r"(?i)comment|/persons?/|people"), "kommentarer"),
    (re.compile(r"(?i)drawing|\.vml$|chart|diagram"), "ritobjekt, diagram och textrutor"),
    (re.compile(r"(?i)pivot"), "pivottabell"),
    (re.compile(r"(?i)/tables?/"), "tabellnamn"),
    (re.compile(r"(?i)externallink"), "länkad arbetsbok"),
    (re.compile(r"(?i)style|theme|font|numbering"), "format och mallar"),
    (re.compile(r"(?i)customxml/"), "inbäddade uppgifter"),
    (re.compile(r"(?i)workbook|settings"), "namn och inställningar"),
)
_PLAIN_NAME = re.compile(r"\[?[a-z_-]*\]?\d{0,3}|[0-9A-F]{30,}", re.IGNORECASE)
_PICTURE = re.compile(r".+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|ico|heic)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part points to: `kind` is the last word of the type, `target` a part's name in the package."""

    key: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Package:
    """The unpacked parts by name, in the order of the archive; `comment` is what was written beside them."""

    parts: dict[str, bytes]
    comment: str = ""

    def xml(self, name: str) -> Element:
        """Return the root of the part `name`; CouldNotRead where it is missing or no clean XML."""
        if name not in self.parts:
            raise CouldNotRead("damaged", DAMAGED)
        return parse(self.parts[name])

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Return what the part `name` ("" for the package) points to inside the package."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self.parts:
            return ()
        return tuple(
            Relation(
                attribute(element, "Id"),
                attribute(element, "Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, attribute(element, "Target"))).lstrip("/"),
            )
            for element in self.xml(rels).iter("Relationship")
            if attribute(element, "TargetMode") != "External"
        )

    def related(self, name: str, kind: str, default: str = "") -> str:
        """Return the first part of `kind` that `name` points to, or `default`."""
        return next((r.target for r in self.relations(name) if r.kind == kind), default)


def unpack(data: bytes, limits: Limits) -> Package:
    """Unpack every part; CouldNotRead for a cut, twisted, encrypted or too large archive."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() or entry.file_size]
            _check(entries, limits)
            left, parts = limits.unpacked_bytes, {}
            for entry in entries:
                parts[entry.filename.lstrip("/")] = part = _read(archive, entry, left)
                left -= len(part)
            return Package(parts, "\n".join(_remarks(archive)))
    except _BROKEN as fault:
        raise CouldNotRead("damaged", DAMAGED) from fault


def _remarks(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield what a person may have written beside the files: comments, and the names of folders."""
    yield archive.comment.decode("cp437")
    for entry in archive.infolist():
        yield entry.comment.decode("cp437")
        if entry.is_dir():
            yield entry.filename


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise CouldNotRead("too_large", "Filen håller för många delar för att granskas.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise CouldNotRead("encrypted", "Filen är skyddad med lösenord och kan inte granskas.")
    names = {entry.filename.lstrip("/").lower() for entry in entries}
    if len(names) < len(entries) or any(entry.compress_type not in _METHODS for entry in entries):
        raise CouldNotRead("damaged", DAMAGED)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Read one entry in small steps, so that a bomb is seen before it is unpacked."""
    chunks, size = [], 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise CouldNotRead("too_large", "Filen blir för stor när den packas upp.")
            chunks.append(chunk)
    return b"".join(chunks)


def rest(package: Package, known: frozenset[str], where: str) -> Read:
    """Sweep every part that no reader of its own takes: XML for its strings, all else is a file inside."""
    pieces, files = [_names(package, where)], []
    for name, data in package.parts.items():
        if name in known or not data:
            continue
        if name.lower().endswith(_XML):
            text = leftover(parse(data), foreign=name.lower().startswith("customxml/item"))
            pieces.append(Piece(text, f"{where} › {_place(name)}", Zone.ATTACHMENT))
        elif not _HARMLESS.fullmatch(name):
            files.append(_inside(name, data, where))
    return Read(tuple(piece for piece in pieces if piece.text.strip()), (), (), tuple(files))


def _place(name: str) -> str:
    """Return a part's name in words that a person knows."""
    return next((words for pattern, words in _PLACES if pattern.search(name)), name)


def _names(package: Package, where: str) -> Piece:
    """Return the names inside the archive that a person may have given, and the archive's comment."""
    names = (*package.parts, *package.comment.split("\n"))
    given = [n for n in names if not all(_PLAIN_NAME.fullmatch(word) for word in re.split("[/.]", n))]
    return Piece("\n".join(given), f"{where} › namn inuti filen", Zone.NAME)


def _inside(name: str, data: bytes, where: str) -> File:
    """Return a picture or another file of the package; a picture may be no more than a logo."""
    base, picture = posixpath.basename(name), _PICTURE.fullmatch(name) is not None
    shown = base if _PLAIN_NAME.fullmatch(base.partition(".")[0]) else ""
    place = f"{where} › {'bild' if picture else 'inbäddad fil'} {shown}".rstrip()
    return File(data, base, place, is_inline=picture)
