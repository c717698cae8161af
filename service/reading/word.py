"""Read a docx document: every string of it with its place, and the visible text and tables in their order.

The text of a part is swept three times, for a number may be whole in one view only: with all its runs, as it
is seen (no deletions, no hidden text), and as it was before its tracked changes. Equal views are kept once.
"""

from collections.abc import Iterator
from enum import Enum
from xml.etree.ElementTree import Element

from service.limits import Limits
from service.reading.markup import COMMENT, attribute, leftover, text_of, walk
from service.reading.package import DAMAGED, Package, rest, unpack
from service.reading.part import CouldNotRead, Read
from service.values import Paragraphs, Piece, Table, Zone

_KINDS = {
    "header": "sidhuvud",
    "footer": "sidfot",
    "footnotes": "fotnoter",
    "endnotes": "slutnoter",
    "comments": "kommentarer",
    "glossaryDocument": "byggblock",
}
_RUNS = frozenset(("t", "delText"))
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_PROPERTIES = frozenset((COMMENT, "pPr", "rPr", "tblPr", "trPr", "sectPr"))

_Block = str | list[list[str]]
"""A paragraph, or a table as rows of cells."""


class _View(Enum):
    """Which runs are read."""

    ALL = "all"
    SEEN = "seen"
    BEFORE = "before"


_GONE = {
    _View.ALL: _PROPERTIES,
    _View.SEEN: _PROPERTIES | {"del", "moveFrom"},
    _View.BEFORE: _PROPERTIES | {"ins", "moveTo"},
}


def read_docx(data: bytes, where: str, limits: Limits) -> Read:
    """Read a document; CouldNotRead where it is damaged, encrypted, too large or no docx."""
    package = unpack(data, limits)
    main = package.related("", "officeDocument", "word/document.xml")
    root = package.xml(main)
    if root.tag != "document":
        raise CouldNotRead("damaged", DAMAGED)
    pieces, taken = list(_swept(root, f"{where} › texten")), {main}
    for part, place in _beside(package, main):
        pieces.extend(_swept(package.xml(part), f"{where} › {place}"))
        taken.add(part)
    others = rest(package, frozenset(taken), where)
    return Read((*pieces, *others.pieces), tuple(_blocks(root, where)), (), others.files)


def _beside(package: Package, main: str) -> Iterator[tuple[str, str]]:
    """Yield the parts that hold paragraphs beside the main text, with their places, each once."""
    seen = {main}
    for relation in package.relations(main):
        if relation.kind in _KINDS and relation.target not in seen:
            seen.add(relation.target)
            yield relation.target, _KINDS[relation.kind]


def _swept(root: Element, place: str) -> Iterator[Piece]:
    views = dict.fromkeys("\n".join(map(_plain, _Reader(view).read(root))) for view in _View)
    for text in (*views, leftover(root, _RUNS)):
        if text.strip():
            yield Piece(text, place, Zone.ATTACHMENT)


def _blocks(root: Element, where: str) -> Iterator[Paragraphs | Table]:
    """Yield what a person sees of the main text, neighbouring paragraphs as one."""
    lines: list[str] = []
    for block in _Reader(_View.SEEN, once=True).read(root):
        if isinstance(block, str):
            lines.append(block)
            continue
        if any(lines):
            yield Paragraphs("\n".join(lines), where)
        lines = []
        yield Table(tuple(tuple(row) for row in block), where)
    if any(lines):
        yield Paragraphs("\n".join(lines), where)


class _Reader:
    """Gathers paragraphs and tables; a text box comes before the paragraph that it is anchored in.

    `once` passes over the second form in which a program stores the same drawing for older programs.
    """

    def __init__(self, view: _View, *, once: bool = False) -> None:
        self._view = view
        self._gone = _GONE[view] | ({"Fallback"} if once else frozenset())
        self._blocks: list[list[_Block]] = [[]]
        self._rows: list[list[list[str]]] = []
        self._texts: list[list[str]] = []

    def read(self, root: Element) -> list[_Block]:
        try:
            for element, opens in walk(root, self._skips):
                if opens:
                    self._open(element)
                else:
                    self._close(element)
        except IndexError as fault:  # a cell outside a row, or a row outside a table
            raise CouldNotRead("damaged", DAMAGED) from fault
        return self._blocks[0]

    def _skips(self, element: Element) -> bool:
        hidden = self._view is _View.SEEN and element.tag == "r" and _is_hidden(element)
        return hidden or element.tag in self._gone

    def _open(self, element: Element) -> None:
        if element.tag in _RUNS:
            self._say(text_of(element))
        elif element.tag in _SIGNS:
            self._say(_SIGNS[element.tag])
        elif element.tag == "p":
            self._texts.append([])
        elif element.tag == "tbl":
            self._rows.append([])
        elif element.tag == "tr":
            self._rows[-1].append([])
        elif element.tag == "tc":
            self._blocks.append([])

    def _close(self, element: Element) -> None:
        if element.tag == "p":
            text = "".join(self._texts.pop())
            self._blocks[-1].append(text)
        elif element.tag == "tbl":
            self._blocks[-1].append(self._rows.pop())
        elif element.tag == "tc":
            inside = "\n".join(_plain(block) for block in self._blocks.pop())
            self._rows[-1][-1].extend((inside.strip(), *[""] * (_span(element) - 1)))

    def _say(self, text: str) -> None:
        """Add to the open paragraph; text outside any paragraph is a block of its own."""
        if self._texts:
            self._texts[-1].append(text)
        else:
            self._blocks[-1].append(text)


def _plain(block: _Block) -> str:
    """Return a block as text: neighbouring cells by tabs, so that what spans them is one text."""
    if isinstance(block, str):
        return block
    return "\n".join("\t".join(cell for cell in row if cell) for row in block)


def _is_hidden(run: Element) -> bool:
    marks = (mark for name in ("rPr/vanish", "rPr/webHidden") for mark in run.findall(name))
    return any(attribute(mark, "val", "1") not in ("0", "false", "off") for mark in marks)


def _span(cell: Element) -> int:
    """Return how many columns a cell covers; Word allows 63."""
    span = cell.find("tcPr/gridSpan")
    value = attribute(span, "val") if span is not None else ""
    return max(1, min(int(value), 63)) if value.isdecimal() and len(value) < 4 else 1
