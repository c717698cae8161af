"""Order lines out of tables: with headings, as forms, drawn in text, or one cell a line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from service.ordering.drawn import drawn, stacked
from service.ordering.forms import FormReader
from service.ordering.headings import Headings, Row
from service.ordering.items import Item
from service.ordering.rows import RowReader
from service.ordering.tokens import Lexer
from service.rules.ordering import OrderingRules

MAX_COUNT_CELL = 20
"""Characters of the longest cell that is a count where the table is no more than lines."""
TURNED = 2
"""Filled cells of a row beyond which a table that has its headings in the first column is no form."""
MAX_TURNED = 20
"""Rows of the longest such table."""


@dataclass(frozen=True, slots=True)
class Found:
    """The items of a table that covers the lines `first` to `last` (exclusive) of its text."""

    first: int
    last: int
    items: tuple[Item, ...]


class TableReader:
    """Reads tables by the headings of the rules."""

    def __init__(self, rules: OrderingRules, lexer: Lexer) -> None:
        self._headings = Headings(rules.columns)
        self._rows = RowReader(rules, lexer, self._headings)
        self._forms = FormReader(self._headings, self._rows)

    def cells(self, rows: Sequence[Row]) -> tuple[Item, ...] | None:
        """Return the items of a table of cells, or None where no headings or form can be told.

        The `start` of an item is its row in the whole table, from 1; 0 for one of a form.
        """
        headed = self._headings.first(rows)
        if headed is not None:
            at, header = headed
            items = self._rows.items(header, rows[at + 1 :])
            return tuple(replace(item, start=item.start + at + 1) for item in items)
        turned = tuple(zip_longest(*rows, fillvalue="")) if _is_turned(rows) else ()
        columns = self._headings.header(turned[0], turned[1:]) if turned else None
        if columns is not None:
            return tuple(replace(item, start=0) for item in self._rows.items(columns, turned[1:]))
        pairs = [(row[0], next((c for c in row[1:] if c.strip()), "")) for row in rows if any(row[:2])]
        return self._forms.items(pairs) or None

    def text(self, lines: Sequence[str]) -> tuple[Found, ...]:
        """Return the tables that stand in the lines of a text, in order and without overlap."""
        found: list[Found] = []
        at = barren = 0
        while at < len(lines):
            table = self._grid(lines, at)
            if table is None and at >= barren:
                # A form without a count has none in any part of it: it is not tried again line by line.
                table, barren = self._form(lines, at)
            found.extend([table] if table else [])
            at = table.last if table else at + 1
        return tuple(found)

    def _grid(self, lines: Sequence[str], at: int) -> Found | None:
        """Return the table whose headings stand at line `at`."""
        grid = drawn(lines, at, self._headings) or stacked(lines, at, self._headings, self._is_count)
        return Found(at, grid.last, self._rows.items(grid.header, grid.rows)) if grid else None

    def _form(self, lines: Sequence[str], at: int) -> tuple[Found | None, int]:
        """Return the form that begins at line `at`, and the line after its last field."""
        items, last = self._forms.below(lines, at)
        return (Found(at, last, items) if items else None), last

    def _is_count(self, cell: str) -> bool:
        return len(cell) < MAX_COUNT_CELL and self._rows.amount(cell)[2]


def _is_turned(rows: Sequence[Row]) -> bool:
    """Whether the table may have its headings in the first column, with more than one value beside each."""
    return any(sum(map(bool, row)) > TURNED for row in rows) and len(rows) <= MAX_TURNED
