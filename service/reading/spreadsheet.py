"""Read an xlsx workbook: every string of it with its place, and the visible sheets as tables.

One pass over each sheet's XML gives both. Declared sizes are never trusted: only cells that stand in the file
are kept, so a sheet with one cell in each far corner costs two cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from service.limits import Limits
from service.reading.cells import MAX_COLUMN, Formats, listed, position, read_formats, reference
from service.reading.grid import Cell, Sheet
from service.reading.markup import attribute, leftover, text_of
from service.reading.package import DAMAGED, Package, rest, unpack
from service.reading.part import CouldNotRead, Read
from service.values import Piece, Table, Zone

_NOTES = frozenset(("comments", "threadedComment"))
_TRUTH = {"1": "SANT", "0": "FALSKT"}


@dataclass(frozen=True, slots=True)
class _Sheet:
    part: str
    name: str
    hidden: bool
    root: Element


@dataclass(frozen=True, slots=True)
class _Workbook:
    package: Package
    formats: Formats
    shared: tuple[str, ...]
    used: set[int]

    def cells(self, sheet: Element) -> Iterator[Cell]:
        """Yield the cells that hold something, as they stand; one without a reference follows the last."""
        row = column = 0
        for row_element in sheet.iter("row"):
            row, column = _whole(row_element, "r", row + 1), 0
            for cell in row_element.iter("c"):
                at = position(attribute(cell, "r") or reference(row, column + 1))
                if at is None:
                    raise CouldNotRead("damaged", DAMAGED)
                row, column = at
                text = self._text(cell).strip()
                formula = "\n".join(text_of(f) for f in cell.iter("f")).strip()
                if text or formula:
                    yield Cell(row, column, text, formula, attribute(cell, "t", "n") == "n")

    def _text(self, cell: Element) -> str:
        sort = attribute(cell, "t", "n")
        inline = "".join(text_of(part) for part in cell.iter("is"))
        raw = "".join(text_of(value) for value in cell.iter("v"))
        if sort == "s":
            return inline + self._shared(raw.strip())
        if sort == "b":
            return inline + _TRUTH.get(raw.strip(), raw)
        return inline + (self.formats.show(raw.strip(), attribute(cell, "s")) if sort == "n" else raw)

    def _shared(self, raw: str) -> str:
        if not raw:
            return ""
        if not raw.isdecimal() or int(raw) >= len(self.shared):
            raise CouldNotRead("damaged", DAMAGED)
        self.used.add(int(raw))
        return self.shared[int(raw)]


def read_xlsx(data: bytes, where: str, limits: Limits) -> Read:
    """Read a workbook; CouldNotRead where it is damaged, encrypted, too large or no xlsx."""
    package = unpack(data, limits)
    main = package.related("", "officeDocument", "xl/workbook.xml")
    root = package.xml(main)
    if root.tag != "workbook":
        raise CouldNotRead("damaged", "Filen är inte en arbetsbok i formatet xlsx.")
    strings, styles = package.related(main, "sharedStrings"), package.related(main, "styles")
    table = package.xml(strings) if strings else Element("sst")
    formats = read_formats(package.xml(styles) if styles else None, _since_1904(root))
    book = _Workbook(package, formats, tuple(text_of(si) for si in table.iter("si")), set())
    sheets = tuple(_sheets(package, main, root))
    pieces, blocks = _read_sheets(book, sheets, where)
    pieces.extend(_unused(book, table, where))
    notes = {r.target: s for s in sheets for r in package.relations(s.part) if r.kind in _NOTES}
    pieces.extend(piece for part, sheet in notes.items() for piece in _notes(package, part, sheet, where))
    others = rest(package, frozenset((strings, *notes, *(sheet.part for sheet in sheets))), where)
    return Read((*(p for p in pieces if p.text.strip()), *others.pieces), tuple(blocks), (), others.files)


def _sheets(package: Package, main: str, root: Element) -> Iterator[_Sheet]:
    targets = {relation.key: relation.target for relation in package.relations(main)}
    for element in root.iter("sheet"):
        part = targets.get(attribute(element, "id"), "")
        hidden = attribute(element, "state", "visible") != "visible"
        yield _Sheet(part, attribute(element, "name"), hidden, package.xml(part))


def _read_sheets(book: _Workbook, sheets: Sequence[_Sheet], where: str) -> tuple[list[Piece], list[Table]]:
    pieces: list[Piece] = []
    blocks: list[Table] = []
    for sheet in sheets:
        cells = sorted(book.cells(sheet.root), key=lambda cell: (cell.row, cell.column))
        grid = Sheet(sheet.name, cells, sheet.hidden, _hidden_rows(sheet.root), _hidden_columns(sheet.root))
        pieces.extend(grid.pieces(where))
        pieces.append(Piece(_beside(sheet.root), f"{grid.place(where)} › övrigt i bladet", Zone.ATTACHMENT))
        if not sheet.hidden:
            blocks.append(grid.table(where))
    return pieces, blocks


def _beside(sheet: Element) -> str:
    """Return what a sheet holds beside its cells, and what stands among the cells without being seen."""
    among = (leftover(data, frozenset(("v", "f", "t"))) for data in sheet.iter("sheetData"))
    return "\n".join((leftover(sheet, skip=frozenset(("sheetData",))), *among, *_spoken(sheet))).strip()


def _spoken(element: Element) -> Iterator[str]:
    """Yield the phonetic runs, which tell how a text is said."""
    yield from (text_of(run, spoken=True) for run in element.iter("rPh"))


def _unused(book: _Workbook, table: Element, where: str) -> Iterator[Piece]:
    """Yield the shared strings that no cell shows, and what stands beside the text of the others."""
    left = (text for at, text in enumerate(book.shared) if at not in book.used)
    text = "\n".join((*left, leftover(table, frozenset(("t",))), *_spoken(table)))
    yield Piece(text.strip(), f"{where} › text som ingen cell visar", Zone.ATTACHMENT)


def _notes(package: Package, part: str, sheet: _Sheet, where: str) -> Iterator[Piece]:
    """Yield the comments of a sheet, marked by their cells, and what else their part holds."""
    root, place = package.xml(part), f"{where} › kommentarer i blad '{sheet.name}'"
    notes = [e for e in root.iter() if e.tag in ("comment", "threadedComment")]
    yield listed([(attribute(note, "ref"), text_of(note)) for note in notes], place)
    yield Piece(leftover(root, frozenset(("t", "text"))), place, Zone.ATTACHMENT)


def _hidden_rows(sheet: Element) -> frozenset[int]:
    return frozenset(_whole(row, "r", 0) for row in sheet.iter("row") if _true(row, "hidden"))


def _hidden_columns(sheet: Element) -> frozenset[int]:
    spans = {(_whole(c, "min", 0), _whole(c, "max", 0)) for c in sheet.iter("col") if _true(c, "hidden")}
    return frozenset().union(*(range(low, min(high, MAX_COLUMN) + 1) for low, high in spans))


def _since_1904(workbook: Element) -> bool:
    return any(_true(properties, "date1904") for properties in workbook.iter("workbookPr"))


def _true(element: Element, name: str) -> bool:
    return attribute(element, name) in ("1", "true")


def _whole(element: Element, name: str, default: int) -> int:
    value = attribute(element, name)
    return int(value) if value.isdecimal() and len(value) < 9 else default
