"""Tables in plain text: which word stands at the head of the column that something is in."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from service.screening.patterns import NO_LETTER, alternation

# In characters, how far above its column's cells a head may stand, how far from its line's start a cell, and
# how long a head is at most.
_REACH, _WIDEST, _LONGEST = 4_000, 500, 80
_CELL = re.compile(r"\t|\||;| {2,}")


def heads_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds the words that can head a column."""
    return re.compile(f"(?i){alternation(words, NO_LETTER)}")


class Columns:
    """The columns of one text under certain heads, which are looked for only where a cell is asked of."""

    def __init__(self, text: str, heads: re.Pattern[str]) -> None:
        self._text = text
        self._pattern = heads
        self._blocks: dict[int, list[tuple[int, int]]] = {}

    def above(self, start: int) -> bool:
        """Return whether a head above stands in the same column of the same table."""
        block = start // _REACH
        if self._blocks.get(block) == self._blocks.get(block - 1) == []:
            return False
        column = _column(self._text, start)
        if not column:
            return False
        lowest = self._text.rfind("\n", max(0, start - _REACH), start)
        top = self._top(start)
        above = takewhile(lambda head: head[0] > top, self._heads_above(start))
        return any(its_column == column and head <= lowest for head, its_column in above)

    def _top(self, start: int) -> int:
        """Return where the table begins: below the last blank line that does not part two of its rows."""
        lowest = max(0, start - _REACH)
        top = self._text.rfind("\n\n", lowest, start)
        while top >= 0 and _CELL.search(self._text, self._text.rfind("\n", lowest, top) + 1, top):
            top = self._text.rfind("\n\n", lowest, top)
        return top

    def _heads_above(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield where each head above stands, and in which column, the nearest first."""
        last = start // _REACH
        for block in (last, last - 1):
            for head, column in reversed(self._block(block)):
                if start - _REACH < head < start:
                    yield head, column

    def _block(self, number: int) -> list[tuple[int, int]]:
        """Return the heads that stand in cells in one stretch of the text."""
        if number not in self._blocks:
            begin, end = max(0, number * _REACH), (number + 1) * _REACH
            found = self._pattern.finditer(self._text, begin, max(begin, end) + _LONGEST)
            at = [match.start() for match in found if match.start() < end]
            self._blocks[number] = [(one, column) for one in at if (column := _column(self._text, one))]
        return self._blocks[number]


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
