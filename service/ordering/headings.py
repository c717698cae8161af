"""Tells what the columns of a table hold, by the headings of the rules."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from service.rules.ordering import ColumnRules

Row = Sequence[str]
"""The cells of a row, in order."""

_CODE = re.compile(r"\d{4,8}(?:-\d{1,4}){0,2}|[A-Z]{1,4}\d{3,8}")
_NO_COUNT = re.compile(r"\d{5,}")
_NUMBERS_ONLY = frozenset(("nr", "nummer", "rad", "art nr", "artnr"))
MAX_HEADING = 40
"""Characters of the longest cell that is read as a heading."""
SAMPLE = 60
"""Rows that are looked at to tell whether a column holds article numbers."""
MAX_HEADER_ROW = 40
"""Rows of a table that are tried for headings: what stands above them is a letterhead."""


class Column(StrEnum):
    """What a column holds; the members stand in the order in which a spelling is looked up."""

    ARTICLE = "article"
    ORDERED = "ordered"
    QUANTITY = "quantity"
    DESCRIPTION = "description"
    UNIT = "unit"
    BALANCE = "balance"
    ASIDE = "aside"
    NOTE = "note"


class Headings:
    """Reads headings by the spellings of the rules."""

    def __init__(self, rules: ColumnRules) -> None:
        self._names: dict[str, Column] = {}
        for column in Column:
            for spelling in getattr(rules, column.value):
                self._names.setdefault(_plain(spelling), column)
        self._ours, self._theirs = frozenset(rules.ours), frozenset(rules.theirs)

    def column(self, cell: str) -> Column | None:
        """Return what a column with this heading holds, or None for what is no heading."""
        plain = _plain(cell[:60])
        if not plain or plain.isdigit():
            return None
        whole = self._names.get(plain) or self._names.get(plain.replace(" ", ""))
        return whole or self._owned(plain.split()) or self._begun(plain.split())

    def _owned(self, words: list[str]) -> Column | None:
        """Read a heading that tells whose number it is: ours to order by ("Sesam art.nr"), or another's."""
        rest = [word for word in words if word not in self._ours and word not in self._theirs]
        if len(rest) == len(words) or self._names.get(" ".join(rest)) is not Column.ARTICLE:
            return None
        return Column.ASIDE if self._theirs.intersection(words) else Column.ARTICLE

    def _begun(self, words: list[str]) -> Column | None:
        """Read a heading with a word or two after it ("Antal önskas")."""
        sure = (Column.ARTICLE, Column.QUANTITY, Column.ORDERED, Column.BALANCE)
        for size in (3, 2, 1):
            if size < len(words) <= size + 2:
                column = self._names.get(" ".join(words[:size]))
                if column in sure and not any(word.isdigit() for word in words):
                    return column
        return None

    def first(self, rows: Sequence[Row]) -> tuple[int, Mapping[Column, int]] | None:
        """Return the index and the `header` of the first row that can head an order, or None."""
        for at, row in enumerate(rows[:MAX_HEADER_ROW]):
            header = self.header(row, rows[at + 1 :])
            if header is not None:
                return at, header
        return None

    def header(self, row: Row, below: Sequence[Row]) -> Mapping[Column, int] | None:
        """Return which column holds what, or None where the row cannot head an order; `below` is a sample."""
        places: dict[Column, int] = {}
        for at, cell in enumerate(row):
            column = self.column(cell) if len(cell) < MAX_HEADING else None
            if column in (Column.ORDERED, Column.QUANTITY) and _holds(below, at, _NO_COUNT):
                column = Column.ASIDE
            if column is Column.ARTICLE and not _holds(below, at, _CODE):
                column = Column.ASIDE if _plain(cell) in _NUMBERS_ONLY else Column.DESCRIPTION
            if column is not None:
                places.setdefault(column, at)
        counted = Column.ORDERED in places or Column.QUANTITY in places
        return places if counted and (Column.ARTICLE in places or Column.DESCRIPTION in places) else None


def is_code(cell: str) -> bool:
    """Whether the cell is written as an article number."""
    return _CODE.fullmatch(cell) is not None


def _holds(rows: Sequence[Row], at: int, form: re.Pattern[str]) -> bool:
    """Whether most cells of the column have that form."""
    cells = [row[at].strip() for row in rows[:SAMPLE] if at < len(row) and row[at].strip()]
    return sum(form.fullmatch(cell.replace(" ", "")) is not None for cell in cells) * 2 >= len(cells) > 0


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[^0-9a-zåäöéà]+", " ", cell.lower().replace("-", " ")).split())
