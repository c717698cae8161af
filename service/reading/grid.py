"""The cells of a sheet, whatever program wrote it: as one text for screening, as rows for ordering."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from service.reading.cells import listed, reference, with_zero
from service.reading.part import CouldNotRead
from service.values import Piece, Table, Zone

MAX_LAID_OUT = 2_000_000
"""Cells of one sheet as laid out for ordering, the empty ones between the others counted."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something, in its row and column from 1; `number` where a number is stored."""

    row: int
    column: int
    text: str
    formula: str = ""
    number: bool = False

    @property
    def place(self) -> str:
        """Its reference, as "F7"."""
        return reference(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's cells in order, and the rows and columns that are hidden."""

    name: str
    cells: Sequence[Cell]
    hidden: bool = False
    hidden_rows: Container[int] = frozenset()
    hidden_columns: Container[int] = frozenset()

    def place(self, where: str) -> str:
        """Return where in the mail the sheet stands."""
        return f"{where} › blad '{self.name}'" + (" (dolt)" if self.hidden else "")

    def pieces(self, where: str) -> Iterable[Piece]:
        """Yield the sheet as one text, its name, its formulas, and numbers with the zero that they lost."""
        place = self.place(where)
        yield Piece(self.name, f"{where} › bladnamn", Zone.NAME)
        yield _laid(self.cells, place)
        yield listed([(c.place, c.formula) for c in self.cells if c.formula], f"{place} › formler")
        yield listed(with_zero((c.place, c.text) for c in self.cells if c.number), place)

    def table(self, where: str) -> Table:
        """Return the rows as a person sees them, without what is hidden nor empty rows and columns."""
        rows: dict[int, dict[int, str]] = {}
        columns = {c.column for c in self.cells if c.text and c.column not in self.hidden_columns}
        for cell in self.cells:
            if cell.text and cell.row not in self.hidden_rows and cell.column in columns:
                rows.setdefault(cell.row, {})[cell.column] = cell.text
        if len(rows) * len(columns) > MAX_LAID_OUT:
            raise CouldNotRead("too_large", "Ett blad i filen är för stort för att granskas.")
        order = sorted(columns)
        laid = tuple(tuple(row.get(column, "") for column in order) for row in rows.values())
        return Table(laid, self.place(where))


def _laid(cells: Sequence[Cell], place: str) -> Piece:
    """Return a sheet as one text, cells by tabs and rows by line breaks, each cell marked."""
    text = StringIO()
    marks, row = [], 0
    for cell in cells:
        if row:
            text.write("\t" if cell.row == row else "\n")
        marks.append((text.tell(), cell.place))
        text.write(cell.text)
        row = cell.row
    return Piece(text.getvalue(), place, Zone.ATTACHMENT, tuple(marks))
