"""Reads the total that a mail gives of its own lines ("Totalt 12 st"), to tell whether one was missed."""

import re
from collections.abc import Iterable, Sequence

from service.ordering.items import Asked
from service.ordering.patterns import either


class Totals:
    """Reads lines that say nothing but a total, by the words of the rules."""

    def __init__(self, words: Sequence[str]) -> None:
        self._line = re.compile(
            rf"^\W*(?:{either(words)})\b[ :=]*(\d{{1,4}})\s?(?:st|stycken|artiklar|rader)?\b\W*$",
            re.IGNORECASE | re.MULTILINE,
        )

    def miss(self, text: str, asked: Iterable[Asked]) -> bool:
        """Whether a total is neither how many lines nor how many things are asked for."""
        counts = [a.item.quantity or 0 for a in asked]
        sums = (len(counts), sum(counts))
        return bool(counts) and any(int(found[1]) not in sums for found in self._line.finditer(text))
