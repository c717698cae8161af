"""Order lines out of the rows of a table whose columns are known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from service.ordering.headings import Column, Headings, Row, is_code
from service.ordering.items import Item
from service.ordering.tokens import Lexer, Role, Token
from service.rules.ordering import OrderingRules

_BLANK = frozenset(("", "-", "–", "—", "0", "0,0", "0.0", "x", "nej", "ingen", "inga", "0 st"))
_SUM = re.compile(r"(?:summa|totalt?|antal|moms)\b", re.IGNORECASE)
_PAIR = re.compile(r"(?:\(|, ?)par\)?$")


@dataclass(frozen=True, slots=True)
class Cells:
    """What a row says, column by column.

    `rest` are the cells of the columns that an order line has no room for. `standing` tells that the table
    lists everything in stock, so that a row with an empty count asks for nothing.
    """

    article: str = ""
    description: str = ""
    count: str = ""
    unit: str = ""
    rest: tuple[str, ...] = ()
    standing: bool = False


class RowReader:
    """Reads rows by the measures and words of the rules."""

    def __init__(self, rules: OrderingRules, lexer: Lexer, headings: Headings) -> None:
        self._lexer, self._headings = lexer, headings
        self._not_wanted = rules.words.not_wanted

    def items(self, header: Mapping[Column, int], rows: Iterable[Row]) -> tuple[Item, ...]:
        """Return the items of the rows below the header, in order; `start` counts rows from the header."""
        items = ((n, self.item(_cells(header, row))) for n, row in enumerate(rows, 1))
        return tuple(replace(item, start=n) for n, item in items if item is not None)

    def item(self, cells: Cells) -> Item | None:
        """Return the item of one row, or None for a row that asks for nothing."""
        code = cells.article.replace(" ", "").removesuffix(".0")
        number = code if is_code(code) else None
        name = " ".join(part for part in ("" if number else cells.article, cells.description) if part)
        inner, rest = self._parted(name)
        if inner and (number is None or len(number) < len(inner)):
            # "Beställningsnr 4820" beside "Artikel 41960 transportrullstol" is the number of the order.
            number, name = inner, rest
        if (number is None and not self._is_product(name)) or self._refused(cells):
            return None
        leftover = tuple(Token(cell, 0, len(cell), Role.ASIDE) for cell in cells.rest)
        if cells.count.strip().lower() in _BLANK:
            asked = number is not None and not cells.standing and not cells.count.strip()
            return Item(number, name, steady=True, leftover=leftover) if asked else None
        value, measure, clear = self.amount(cells.count)
        if value is None and number is None:
            return None
        unit = self._unit(cells.unit, name) or measure or "st"
        return Item(number, name, value, unit, steady=True, unsure=not clear, leftover=leftover)

    def amount(self, cell: str) -> tuple[float | None, str, bool]:
        """Return how many the cell says, in what measure, and whether that is all it says."""
        tokens = [t for t in self._lexer.tokens(cell) if t.role is not Role.SIGN]
        counts = [t for t in tokens if t.role in (Role.QUANTITY, Role.NUMBER) and t.value]
        others = [t for t in tokens if t.role in (Role.ARTICLE, Role.RANGE)]
        if len(counts) == 1 and not others:
            return counts[0].value, counts[0].unit, True
        decimal = re.fullmatch(r"(\d{1,4})[.,]0+", cell.strip())
        return (float(decimal[1]), "st", True) if decimal else (None, "", False)

    def _parted(self, name: str) -> tuple[str | None, str]:
        """Part a cell that holds both a number and a name ("51063 Hygienstol")."""
        codes = [t for t in self._lexer.tokens(name) if t.role is Role.ARTICLE]
        if len(codes) != 1:
            return None, name
        rest = f"{name[: codes[0].start]} {name[codes[0].end :]}"
        return codes[0].article, " ".join(rest.split()).strip(" ,;:.-–()")

    def _is_product(self, name: str) -> bool:
        return bool(name) and _SUM.match(name) is None and self._headings.column(name) is None

    def _refused(self, cells: Cells) -> bool:
        said = f"{cells.description} {cells.count} {' '.join(cells.rest)}".lower()
        return any(words in said for words in self._not_wanted)

    def _unit(self, cell: str, name: str) -> str:
        """Return the measure that the row's own column says, or a name that ends in "(par)"."""
        if not cell and _PAIR.search(name.lower()):
            return "par"
        return next((t.unit for t in self._lexer.tokens(f"1 {cell}") if t.role is Role.QUANTITY), "")


def _cells(header: Mapping[Column, int], row: Row) -> Cells:
    cells = [" ".join(cell.split()) for cell in row]
    named = {column: cells[at] if at < len(cells) else "" for column, at in header.items()}
    counted = Column.ORDERED if Column.ORDERED in header else Column.QUANTITY
    kept = (Column.ARTICLE, Column.DESCRIPTION, Column.UNIT, counted)
    taken = {at for column, at in header.items() if column in kept}
    return Cells(
        article=named.get(Column.ARTICLE, ""),
        description=named.get(Column.DESCRIPTION, ""),
        count=named[counted],
        unit=named.get(Column.UNIT, ""),
        rest=tuple(cell for at, cell in enumerate(cells) if cell and at not in taken),
        standing=Column.ORDERED in header or Column.BALANCE in header,
    )
