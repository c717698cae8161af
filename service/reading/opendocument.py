"""Read the files of LibreOffice, ods and odt: every string with its place, sheets and text in order."""

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from service.limits import Limits
from service.reading.cells import MAX_COLUMN, MAX_ROW
from service.reading.grid import MAX_LAID_OUT, Cell, Sheet
from service.reading.markup import COMMENT, attribute, leftover, walk
from service.reading.package import DAMAGED, Package, rest, unpack
from service.reading.part import CouldNotRead, Read
from service.values import Paragraphs, Piece, Table, Zone

_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_PARAGRAPHS = frozenset(("p", "h"))
_CELLS = frozenset(("table-cell", "covered-table-cell"))
_NOTES = frozenset(("annotation", "note", "tracked-changes"))
_GONE = frozenset(("collapse", "filter"))
_SIGNS = {"tab": "\t", "line-break": "\n"}
_LOCKED = "Filen är skyddad med lösenord och kan inte granskas."
_MOST_SPACES = 1_000
_TOO_LARGE = "Ett blad i filen är för stort för att granskas."


def read_ods(data: bytes, where: str, limits: Limits) -> Read:
    """Read a workbook; CouldNotRead where it is damaged, encrypted or too large."""
    package, root = _opened(data, limits)
    hidden = _hidden_styles(root)
    sheets = [_sheet(table, hidden) for table in root.iter("table")]
    pieces = [piece for sheet in sheets for piece in sheet.pieces(where)]
    tables = tuple(sheet.table(where) for sheet in sheets if not sheet.hidden)
    return _with_rest(package, root, pieces, tables, where)


def read_odt(data: bytes, where: str, limits: Limits) -> Read:
    """Read a document; CouldNotRead where it is damaged, encrypted or too large."""
    package, root = _opened(data, limits)
    text = "\n".join(_said(p) for p in root.iter() if p.tag in _PARAGRAPHS)
    pieces = [Piece(text, f"{where} › texten", Zone.ATTACHMENT)]
    return _with_rest(package, root, pieces, tuple(_blocks(root, where)), where)


def _opened(data: bytes, limits: Limits) -> tuple[Package, Element]:
    package = unpack(data, limits)
    if b"encryption-data" in package.parts.get(_MANIFEST, b""):
        raise CouldNotRead("encrypted", _LOCKED)
    return package, package.xml(_CONTENT)


def _with_rest(
    package: Package, root: Element, pieces: list[Piece], blocks: tuple[Paragraphs | Table, ...], where: str
) -> Read:
    """Add notes, headers, footers, attributes and every other part of the package."""
    notes = "\n".join(_said(p) for note in root.iter() if note.tag in _NOTES for p in _paragraphs(note))
    pieces.append(Piece(notes, f"{where} › kommentarer och noter", Zone.ATTACHMENT))
    pieces.append(Piece(leftover(root), f"{where} › innehållet i sin helhet", Zone.ATTACHMENT))
    if _STYLES in package.parts:
        styles = package.xml(_STYLES)
        margins = "\n".join((*(_said(p) for p in _paragraphs(styles)), leftover(styles)))
        pieces.append(Piece(margins, f"{where} › sidhuvud, sidfot och format", Zone.ATTACHMENT))
    others = rest(package, frozenset((_CONTENT, _STYLES)), where)
    told = (piece for piece in pieces if piece.text.strip())
    return Read((*told, *others.pieces), blocks, (), others.files)


def _paragraphs(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if element.tag in _PARAGRAPHS)


def _said(paragraph: Element) -> str:
    """Return a paragraph's text with its spaces, tabs and line breaks, without the notes hung on it."""
    out: list[str] = []
    aside = 0
    for element, opens in walk(paragraph, lambda _: False):
        if element.tag == COMMENT or element.tag in _NOTES:
            aside += 1 if opens else -1
        if not opens and not aside and element is not paragraph:
            out.append(element.tail or "")
        elif opens and not aside:
            spaces = " " * min(_count(element, "c"), _MOST_SPACES) if element.tag == "s" else ""
            out.append(spaces or _SIGNS.get(element.tag, element.text or ""))
    return "".join(out)


def _sheet(table: Element, hidden_styles: frozenset[str]) -> Sheet:
    cells: list[Cell] = []
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    column = 0
    for element in table.iter("table-column"):
        count = min(_count(element, "number-columns-repeated"), MAX_COLUMN)
        if attribute(element, "visibility") in _GONE:
            hidden_columns.update(range(column + 1, column + count + 1))
        column += count
    row = 0
    for element in table.iter("table-row"):
        count = _count(element, "number-rows-repeated")
        found = list(_cells(element, row + 1))
        if (found and row + count > MAX_ROW) or len(cells) + len(found) * count > MAX_LAID_OUT:
            raise CouldNotRead("too_large", _TOO_LARGE)
        cells.extend(replace(cell, row=row + n) for cell in found for n in range(1, count + 1))
        if attribute(element, "visibility") in _GONE:
            hidden_rows.update(range(row + 1, min(row + count, MAX_ROW) + 1))
        row += count
    cells.sort(key=lambda cell: (cell.row, cell.column))
    hidden = attribute(table, "style-name") in hidden_styles
    return Sheet(attribute(table, "name"), cells, hidden, hidden_rows, hidden_columns)


def _cells(row: Element, number: int) -> Iterator[Cell]:
    """Yield the cells of a row that hold something, each as often as it is repeated."""
    column = 0
    for cell in (element for element in row.iter() if element.tag in _CELLS):
        count = _count(cell, "number-columns-repeated")
        text = "\n".join(_said(p) for p in cell if p.tag in _PARAGRAPHS).strip()
        formula = attribute(cell, "formula")
        if (text or formula) and column + count > MAX_COLUMN:
            raise CouldNotRead("damaged", DAMAGED)
        if text or formula:
            is_number = attribute(cell, "value-type") == "float"
            for n in range(1, count + 1):
                yield Cell(number, column + n, text, formula, is_number)
        column += count


def _hidden_styles(root: Element) -> frozenset[str]:
    """Return the names of the styles that hide a sheet."""
    return frozenset(
        attribute(style, "name")
        for style in root.iter("style")
        for properties in style.iter("table-properties")
        if attribute(properties, "display") == "false"
    )


def _blocks(root: Element, where: str) -> Iterator[Paragraphs | Table]:
    """Yield the text in its order, neighbouring paragraphs as one, and the outermost tables."""
    lines: list[str] = []
    for element in _outermost(root):
        if element.tag != "table":
            lines.append(_said(element))
            continue
        if any(lines):
            yield Paragraphs("\n".join(lines), where)
        lines = []
        rows = [[_inside(cell) for cell in row if cell.tag in _CELLS] for row in element.iter("table-row")]
        yield Table(tuple(tuple(row) for row in rows), where)
    if any(lines):
        yield Paragraphs("\n".join(lines), where)


def _outermost(root: Element) -> Iterator[Element]:
    """Yield the paragraphs and tables that stand in no other, in their order; notes are passed over."""
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag == "table" or element.tag in _PARAGRAPHS:
            yield element
        elif element.tag not in _NOTES:
            stack.extend(reversed(element))


def _inside(cell: Element) -> str:
    return "\n".join(_said(p) for p in _paragraphs(cell)).strip()


def _count(element: Element, name: str) -> int:
    value = attribute(element, name, "1")
    return int(value) if value.isdecimal() and len(value) < 9 else 1
