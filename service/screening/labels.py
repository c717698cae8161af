"""What stands beside a number and tells what it is: a label in front, behind, or heading its column."""

import re
from bisect import bisect_left

from service.rules.screening import NumberWords
from service.screening.document_text import BREAK
from service.screening.patterns import alternation

_REACH = 70
_HEADER_REACH = 4_000
_CELL = re.compile(r"\t|\||;| {2,}")
# What may stand between a label and its number: a few words of the same sentence, then blanks and cells.
_FILLER = r"[^\W\d_]{0,12}[^\d\n.!?]{0,24}[\s|>:;*.=#(\"'-]{0,24}$"
_BEHIND = r"^[\s,(|]{0,4}(?:är |= ?|\()?(?:[^\W\d_]{2,12} )?"


class Labels:
    """The compiled words of rules/personal_data.yaml for one text."""

    def __init__(self, text: str, words: NumberWords) -> None:
        self._text = text
        self._patterns = _compile(words)
        self._own = _Headers(text, words.labels)
        self._foreign = _Headers(text, words.foreign)

    def personal(self, start: int, end: int) -> bool:
        """Return whether a label such as "pnr" belongs to text[start:end]."""
        before = self._before(start)
        if self._patterns["own"].search(before):
            return True
        if self._patterns["foreign"].search(before) or self._patterns["phone"].search(before):
            return False
        behind = self._text[end : end + 40].split("\n", 1)[0]
        return self._patterns["behind"].search(behind) is not None or self._own.above(start)

    def foreign(self, start: int) -> bool:
        """Return whether a label such as "fakturanr" or "tel" stands before the number."""
        before = self._before(start)
        return (
            self._patterns["foreign"].search(before) is not None
            or self.phone(start)
            or self._foreign.above(start)
        )

    def phone(self, start: int) -> bool:
        """Return whether the words before the number speak of a telephone."""
        return self._patterns["phone"].search(self._before(start)) is not None

    def _before(self, start: int) -> str:
        return self._text[max(0, start - _REACH) : start].rsplit(BREAK, 1)[-1]


def _compile(words: NumberWords) -> dict[str, re.Pattern[str]]:
    own, foreign = alternation(words.labels), alternation(words.foreign)
    near = r"[^\W\d_]{0,12}[^\d\n.!?]{0,16}$"
    return {
        "own": re.compile(rf"(?i)(?:^|(?<![^\W\d_])){own}{_FILLER}"),
        "foreign": re.compile(rf"(?i)(?:^|(?<![^\W_])){foreign}[.]?{near}"),
        "phone": re.compile(rf"(?i)(?:^|(?<![^\W\d_]))(?:{alternation(words.phone)})[^\d\n!?]{{0,24}}$"),
        "behind": re.compile(rf"(?i){_BEHIND}{own}(?![^\W\d_]{{0,12}}\s*:)"),
    }


class _Headers:
    """Where label words stand in cells, to find the head of a number's column."""

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self._text = text
        pattern = re.compile(rf"(?i)(?<![^\W\d_]){alternation(words)}")
        self._at = [match.start() for match in pattern.finditer(text)] if _CELL.search(text) else []

    def above(self, start: int) -> bool:
        """Return whether the nearest label above stands in the same column of the same table."""
        index = bisect_left(self._at, start) - 1
        column = _column(self._text, start) if index >= 0 else 0
        while index >= 0 and start - self._at[index] < _HEADER_REACH and column:
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
