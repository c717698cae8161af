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
from dataclasses import dataclass, replace
from io import BytesIO

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject

from service.limits import Limits
from service.reading.part import CouldNotRead, File, Read
from service.reading.pdf_objects import Scan, scan, strings
from service.reading.pdf_pictures import look_at_pages
from service.reading.plain import SHATTERED
from service.values import Paragraphs, Piece, Table, Unread, Zone

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


@dataclass(frozen=True, slots=True)
class _Pages:
    """The text of a file: what was read, which pages hold pictures, and which must be read by sight alone."""

    read: Read
    pictured: tuple[int, ...]
    wordless: frozenset[int]


def read_pdf(data: bytes, where: str, limits: Limits) -> Read:
    """Read a PDF; CouldNotRead where it is damaged, encrypted, too large or no PDF."""
    try:
        pages = _read(data, where, limits)
        earlier = tuple(_earlier(data, pages.read, where, limits))
        seen = dict(look_at_pages(data, pages.pictured, pages.wordless, where, limits))
    except LimitReachedError as fault:
        raise CouldNotRead("too_large", "Filen är för stor för att granskas.") from fault
    except (DependencyError, FileNotDecryptedError) as fault:
        raise CouldNotRead("encrypted", "Filen är skyddad och kan inte granskas.") from fault
    except _BROKEN as fault:
        raise CouldNotRead("damaged", "Filen är skadad och går inte att läsa.") from fault
    return _with_sight(pages.read, earlier, seen, where)


def _read(data: bytes, where: str, limits: Limits) -> _Pages:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise CouldNotRead("encrypted", "Filen är skyddad med lösenord och kan inte granskas.")
    pages = tuple(reader.pages)
    if not 0 < len(pages) <= limits.pdf_pages:
        raise CouldNotRead("too_large", f"Filen har {len(pages)} sidor och kan inte granskas.")
    found = scan(reader, pages)
    texts = [_page(page, number, where, found) for number, page in enumerate(pages, 1)]
    pieces = [piece for text in texts for piece in text.read.pieces]
    pieces.extend(_beside(found, "".join(piece.text for piece in pieces), where))
    if sum(len(piece.text) for piece in pieces) > limits.text_characters:
        raise CouldNotRead("too_large", "Filen håller för mycket text för att granskas.")
    blocks = tuple(block for text in texts for block in text.read.blocks)
    files = tuple(File(inside, name, _inside(where, name)) for name, inside in found.files)
    return _Pages(
        Read(tuple(pieces), blocks, tuple(_elsewhere(found, where)), files),
        tuple(number for text in texts for number in text.pictured),
        frozenset().union(*(text.wordless for text in texts)),
    )


def _inside(where: str, name: str) -> str:
    return f"{where} › inbäddad fil {' '.join(name.split())}".rstrip()


def _with_sight(read: Read, earlier: tuple[Piece, ...], seen: dict[int, Read], where: str) -> Read:
    """Return the text and what was read by sight, page by page; a picture of the text is no new order."""
    said = _bare("".join(piece.text for piece in read.pieces))
    by_sight = [block for one in seen.values() for block in one.blocks if not _is_known(block, said)]
    blocks = sorted((*read.blocks, *by_sight), key=lambda block: _page_number(block.where))
    unread = (*read.unread, *(item for one in seen.values() for item in one.unread))
    if not blocks and not unread and not read.files:
        # A blank file is rare; one whose content went missing looks the same.
        unread = (Unread("not_read", where, "Filen har ingen text som kan läsas."),)
    pieces = (*read.pieces, *earlier, *(piece for one in seen.values() for piece in one.pieces))
    return Read(pieces, tuple(blocks), unread, read.files)


def _is_known(block: Paragraphs | Table, said: str) -> bool:
    """Whether most words of a block stand in the text, as where a copier has laid text behind its picture."""
    words = block.text.split() if isinstance(block, Paragraphs) else []
    return sum(word in said for word in words) * 10 > len(words) * 7


def _page_number(where: str) -> int:
    number = re.search(r"sidan (\d+)", where)
    return int(number[1]) if number else 0


def _earlier(data: bytes, newest: Read, where: str, limits: Limits) -> Iterator[Piece]:
    """Yield what earlier versions hold and the newest does not: a changed PDF keeps them, each to its end."""
    ends = [match.end() for match in re.finditer(rb"%%EOF", data)][:-1]
    if len(ends) > MAX_VERSIONS:
        raise CouldNotRead("too_large", "Filen har sparats om för många gånger för att granskas.")
    known = {_bare(piece.text) for piece in newest.pieces}
    for end in ends:
        try:
            old = _read(data[:end], where, limits).read
        except (CouldNotRead, *_BROKEN):  # a file made for the web has an end mark in front that ends nothing
            continue
        for piece in old.pieces:
            if _bare(piece.text) not in known:
                known.add(_bare(piece.text))
                yield replace(piece, where=f"{piece.where} (tidigare version)")


def _page(page: PageObject, number: int, where: str, found: Scan) -> _Pages:
    place = f"{where} › sidan {number}"
    plain, content = page.extract_text(), page.get_contents()
    operations = content.operations if content is not None else []
    laid = _laid_out(page, plain)
    marked = "\n".join(text for operands, _ in operations for text in strings(_properties(operands)))
    # A program that places each letter by itself gives words in the layout alone.
    texts = (plain, "" if laid.split() == plain.split() else laid, marked)
    pieces = tuple(Piece(text, place, Zone.ATTACHMENT) for text in texts if text.strip())
    signs = {bytes(operator) for _, operator in operations}
    pictured = number in found.pictures or _INLINE_IMAGE in signs
    mute = number in found.mute_fonts or _odd_signs(plain) > _MAX_ODD_SIGNS
    shattered = SHATTERED.search(plain) is not None
    wordless = mute or shattered or (not plain.strip() and bool(pictured or signs & _PAINTS))
    blocks = (Paragraphs(laid, place),) if laid.strip() and not mute else ()
    return _Pages(
        Read(pieces, blocks),
        (number,) if pictured or wordless else (),
        frozenset((number,)) if wordless else frozenset(),
    )


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


def _odd_signs(plain: str) -> int:
    return sum((unicodedata.category(c) == "Cc" and c not in "\n\r\t") or c == "\ufffd" for c in plain)


def _beside(found: Scan, shown: str, where: str) -> Iterator[Piece]:
    """Yield what the pages do not show: notes, fields, bookmarks, properties, and forms drawn nowhere."""
    seen = _bare(shown)
    for place, text in found.texts:
        if text.strip() and not (place == "ritobjekt" and _bare(text) in seen):
            yield Piece(text, f"{where} › {place}", Zone.ATTACHMENT)


def _elsewhere(found: Scan, where: str) -> Iterator[Unread]:
    if 0 in found.pictures:
        yield Unread("picture", where, "Filen håller en bild som inte kan läsas.")
    if found.media:
        yield Unread("not_read", where, "Filen bär ljud, film eller en modell som inte kan granskas.")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
