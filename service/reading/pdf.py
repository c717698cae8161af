"""Read a PDF: the text of each page in two readings, every string of its objects, and what is not text.

Pages are read plain for screening, which keeps what belongs together, and laid out for ordering, which keeps
the columns. Each reading is screened, for order lines are made of the second.
"""

import logging
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject

from service.reading.part import CouldNotRead, Read
from service.reading.pdf_objects import Scan, scan, strings
from service.values import Limits, Paragraphs, Piece, Unread, Zone

# What pypdf warns of may quote the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_BROKEN = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # RecursionError and NotImplementedError are of its kind
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf was seen to raise on twisted files."""

_PAINTS = frozenset(
    (b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"Do", b"sh", b"Tj", b"TJ", b"'")
)
_INLINE_IMAGE = b"INLINE IMAGE"
_MAX_ODD_SIGNS = 3
MAX_VERSIONS = 10


def read_pdf(data: bytes, where: str, limits: Limits) -> Read:
    """Read a PDF; CouldNotRead where it is damaged, encrypted, too large or no PDF."""
    try:
        newest = _read(data, where, limits)
        return replace(newest, pieces=(*newest.pieces, *_earlier(data, newest, where, limits)))
    except LimitReachedError as fault:
        raise CouldNotRead("too_large", "Filen är för stor för att granskas.") from fault
    except (DependencyError, FileNotDecryptedError) as fault:
        raise CouldNotRead("encrypted", "Filen är skyddad och kan inte granskas.") from fault
    except _BROKEN as fault:
        raise CouldNotRead("damaged", "Filen är skadad och går inte att läsa.") from fault


def _read(data: bytes, where: str, limits: Limits) -> Read:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise CouldNotRead("encrypted", "Filen är skyddad med lösenord och kan inte granskas.")
    pages = tuple(reader.pages)
    if not 0 < len(pages) <= limits.pdf_pages:
        raise CouldNotRead("too_large", f"Filen har {len(pages)} sidor och kan inte granskas.")
    found = scan(reader, pages)
    reads = [_page(page, number, where, found) for number, page in enumerate(pages, 1)]
    pieces = [piece for read in reads for piece in read.pieces]
    pieces.extend(_beside(found, "".join(piece.text for piece in pieces), where))
    if sum(len(piece.text) for piece in pieces) > limits.text_characters:
        raise CouldNotRead("too_large", "Filen håller för mycket text för att granskas.")
    blocks = tuple(block for read in reads for block in read.blocks)
    unread = (*(item for read in reads for item in read.unread), *_elsewhere(found, where))
    if not blocks and not unread:  # a blank file is rare; one whose content went missing looks the same
        unread = (Unread("not_read", where, "Filen har ingen text som kan läsas."),)
    return Read(tuple(pieces), blocks, unread)


def _earlier(data: bytes, newest: Read, where: str, limits: Limits) -> Iterator[Piece]:
    """Yield what earlier versions hold and the newest does not: a changed PDF keeps them, each to its end."""
    ends = [match.end() for match in re.finditer(rb"%%EOF", data)][:-1]
    if len(ends) > MAX_VERSIONS:
        raise CouldNotRead("too_large", "Filen har sparats om för många gånger för att granskas.")
    known = {_bare(piece.text) for piece in newest.pieces}
    for end in ends:
        try:
            old = _read(data[:end], where, limits)
        except (CouldNotRead, *_BROKEN):  # a file made for the web has an end mark in front that ends nothing
            continue
        for piece in old.pieces:
            if _bare(piece.text) not in known:
                known.add(_bare(piece.text))
                yield replace(piece, where=f"{piece.where} (tidigare version)")


def _page(page: PageObject, number: int, where: str, found: Scan) -> Read:
    place = f"{where} › sidan {number}"
    plain, content = page.extract_text(), page.get_contents()
    operations = content.operations if content is not None else []
    laid = _laid_out(page, plain)
    marked = "\n".join(text for operands, _ in operations for text in strings(_properties(operands)))
    texts = (plain, "" if _bare(laid) == _bare(plain) else laid, marked)
    pieces = tuple(Piece(text, place, Zone.ATTACHMENT) for text in texts if text.strip())
    signs = {bytes(operator) for _, operator in operations}
    blocks = (Paragraphs(laid, place),) if laid.strip() else ()
    return Read(pieces, blocks, tuple(_unread(plain, signs, number, place, found)))


def _laid_out(page: PageObject, plain: str) -> str:
    """Return the text with its columns kept by spaces, or plain where the layout cannot be told."""
    try:
        laid = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
    except _BROKEN:
        return plain
    return "\n".join(line.rstrip() for line in laid.splitlines()) if len(_bare(laid)) else plain


def _properties(operands: object) -> list[object]:
    """Return the property lists of a marked run of content: text that stands for what is drawn."""
    return [o for o in operands if isinstance(o, DictionaryObject)] if isinstance(operands, list) else []


def _unread(plain: str, signs: set[bytes], number: int, place: str, found: Scan) -> Iterator[Unread]:
    if number in found.pictures or _INLINE_IMAGE in signs:
        yield Unread("picture", place, f"Sidan {number} håller en bild som inte kan läsas.")
    elif not plain.strip() and signs & _PAINTS:
        yield Unread("picture", place, f"Sidan {number} visar något som inte är text och inte kan läsas.")
    odd = sum((unicodedata.category(c) == "Cc" and c not in "\n\r\t") or c == "\ufffd" for c in plain)
    if number in found.mute_fonts or odd > _MAX_ODD_SIGNS:
        yield Unread("not_read", place, f"Sidan {number} har text vars tecken inte går att tyda.")


def _beside(found: Scan, shown: str, where: str) -> Iterator[Piece]:
    """Yield what the pages do not show: notes, fields, bookmarks, properties, and forms drawn nowhere."""
    seen = _bare(shown)
    for place, text in found.texts:
        if text.strip() and not (place == "ritobjekt" and _bare(text) in seen):
            yield Piece(text, f"{where} › {place}", Zone.ATTACHMENT)


def _elsewhere(found: Scan, where: str) -> Iterator[Unread]:
    if 0 in found.pictures:
        yield Unread("picture", where, "Filen håller en bild som inte kan läsas.")
    if found.embedded:
        yield Unread("not_read", f"{where} › inbäddad fil", "Filen bär en annan fil som inte kan granskas.")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
