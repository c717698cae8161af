"""Tables in plain text: which word stands at the head of the column that something is in."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from service.screening.patterns import alternation

# How far above its column's cells a head may stand, in characters.
_REACH = 4_000
_CELL = re.compile(r"\t|\||;| {2,}")


class Columns:
    """Where the words stand that can head a column."""

    def __init__(self, text: str, words: Iterable[str]) -> None:
        self._text = text
        pattern = re.compile(rf"(?i)(?<![^\W\d_]){alternation(words)}")
        self._at = [match.start() for match in pattern.finditer(text)] if _CELL.search(text) else []

    def above(self, start: int) -> bool:
        """Return whether the nearest label above stands in the same column of the same table."""
        index = bisect_left(self._at, start) - 1
        column = _column(self._text, start) if index >= 0 else 0
        while index >= 0 and start - self._at[index] < _REACH and column:
            head = self._at[index]
            if "\n\n" in self._text[head:start]:
                return False
            if "\n" in self._text[head:start] and _column(self._text, head) == column:
                return True
            if _far(self._at, index):
                return False
            index -= 1
        return False


def _far(at: list[int], index: int, most: int = 4_000) -> bool:
    """Return whether there is no label further up worth looking at."""
    return index == 0 or at[index] - at[index - 1] > most


def _column(text: str, offset: int) -> int:
    """Return the number of cells in front of the offset on its line; 0 where the line has no cells."""
    begin = text.rfind("\n", max(0, offset - 500), offset) + 1
    stop = text.find("\n", offset, offset + 500)
    line = text[begin : stop if stop >= 0 else offset + 500]
    if not _CELL.search(line.strip()):
        return 0
    return 1 + len(_CELL.findall(text[begin:offset].lstrip()))
