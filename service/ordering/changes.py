"""Reads the changes that a mail asks for in an earlier order: "ändra rad 2 till 6 st", "stryk 50124"."""

import re
from collections.abc import Iterator, Sequence

from service.ordering.patterns import either
from service.rules.ordering import UnitRules
from service.values import Change

LONGEST = 300
"""Signs of a sentence that is read; a longer one says more than a change."""

_SENTENCE = re.compile(
    r"[\n;!]|\.(?=\s|$)|,?\s+(?:och|samt)\s+(?=(?:rad|stryk|ta bort|ändra|\d{5})\b)|,\s*(?=rad\b)"
)
_ROW = re.compile(r"\brad(?:en)?\s*(?:nr\.?|nummer)?\s*(\d{1,3})\b")
_ARTICLE = re.compile(r"(?<![\d-])\d{5,8}(?:-\d{1,3})?(?![\d-])")


class ChangeReader:
    """Reads sentences with the site's measures and number words."""

    def __init__(self, strike: Sequence[str], units: UnitRules) -> None:
        self._strike = re.compile(rf"\b(?:{either(strike)})\b")
        self._numbers = units.numbers
        self._units = {spelling: unit for unit, each in units.units.items() for spelling in each}
        count = (
            rf"(?P<count>\d{{1,4}}|{either(units.numbers)})\b(?:\s*(?P<unit>{either(self._units)})(?!\w))?"
        )
        end = r"(?=\s*(?:$|[,.)]|i ?stället|och inte|inte\b|från\b|tack\b|art|av\b|\d{5}))"
        self._counts = tuple(
            re.compile(pattern)
            for pattern in (
                rf"\btill\s+(?:bara |endast |totalt )?{count}{end}",
                rf"\b(?:ska|skulle|bör)\s+(?:vara|bli|stå|ha varit|ha)\s+(?:bara |endast )?{count}",
                rf"\butan\s+{count}",
                rf"{count}(?:\s+\S+){{0,3}}\s+i ?stället\b",
                rf"[:=]\s*{count}{end}",
                rf"\b(?:blir|vill (?:vi|jag) ha|räcker (?:det )?med)\s+(?:bara |endast )?{count}{end}",
            )
        )

    def read(self, text: str) -> Iterator[Change]:
        """Yield the changes in the order that they stand in."""
        for sentence in _SENTENCE.split(text.lower()):
            if 0 < len(sentence) <= LONGEST and (change := self._change(sentence)):
                yield change

    def _change(self, sentence: str) -> Change | None:
        row, article = _ROW.search(sentence), _ARTICLE.search(sentence)
        number = int(row[1]) if row else None
        named = article[0] if article and not row else None
        if (row or named) and self._strike.search(sentence):
            return Change(0, row=number, article=named)
        said = sentence[row.end() :] if row else sentence
        count = next((found for pattern in self._counts if (found := pattern.search(said))), None)
        if count is None or sentence.rstrip().endswith("?"):
            return None
        unit = self._units.get(count["unit"] or "", "")
        return Change(float(self._numbers.get(count["count"], 0) or count["count"]), unit, number, named)
