"""Tables in plain text: which word stands at the head of the column that something is in."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from service.screening.patterns import alternation

# How far above its column's cells a head may stand, and how far from its line's start a cell, in characters.
_REACH, _WIDEST = 4_000, 500
_CELL = re.compile(r"\t|\||;| {2,}")


def heads_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds the words that can head a column."""
    return re.compile(rf"(?i)(?<![^\W\d_]){alternation(words)}")


class Columns:
    """The columns of one text under certain heads, which are looked for when first asked of."""

    def __init__(self, text: str, heads: re.Pattern[str]) -> None:
        self._text = text
        self._pattern = heads

    def above(self, start: int) -> bool:
        """Return whether a head above stands in the same column of the same table."""
        at, columns = self._heads
        index = bisect_left(at, start) - 1
        if index < 0 or start - at[index] >= _REACH or not (column := _column(self._text, start)):
            return False
        while index >= 0 and start - at[index] < _REACH:
            between = self._text[at[index] : start]
            if "\n\n" in between:
                return False
            if columns[index] == column and "\n" in between:
                return True
            index -= 1
        return False

    @cached_property
    def _heads(self) -> tuple[list[int], list[int]]:
        """Where the heads that stand in cells are, and in which column each of them."""
        if not _CELL.search(self._text):
            return [], []
        found = [match.start() for match in self._pattern.finditer(self._text)]
        columns = [(start, column) for start in found if (column := _column(self._text, start))]
        return [start for start, _ in columns], [column for _, column in columns]


def _column(text: str, offset: int) -> int:
    """Return the number of cells in front of the offset on its line; 0 where the line has no cells."""
    begin = text.rfind("\n", max(0, offset - _WIDEST), offset) + 1
    if offset - begin > _WIDEST:
        return 0
    stop = text.find("\n", offset, offset + _WIDEST)
    line = text[begin : stop if stop >= 0 else offset + _WIDEST]
    if not _CELL.search(line.strip()):
        return 0
    return 1 + len(_CELL.findall(text[begin:offset].lstrip()))
