"""Cuts a text into statements: one list row, or one sentence of prose whose wrapped lines are joined."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from service.ordering.patterns import either
from service.rules.ordering import OrderingRules

_BULLET = re.compile(
    r"\s*(?:[-*•–·▪+>]|o(?= {2})|\(?\d{1,2}[.)](?=\s)|[a-zA-Z][)](?=\s)"
    r"|(?i:rad|pos)\.? ?\d{1,2}[:.]?(?=\s)|(?i:artikel|produkt|vara)\s?\d{1,2}\s?[:.)](?=\s))\s*"
)
_LOWER = re.compile(r"\s*[a-zåäö(]")
_OPEN_ENDS = re.compile(
    r"(?:\b(?:och|samt|av|till|från|på|i|åt|för|vid|hos|med)"
    r"|\([^)]{0,30}|\b(?:art|artikel)?[. ]?n(?:umme)?r\.?)$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d-])\d{5,8}(?![\d-])")
_ASIDE = re.compile(r"\s+\(")
_COUNT_ENDS = re.compile(r":\s*\d{1,3}(?:\s?st\.?)?\s*$")
WRAPPED = 55
"""A line at least this long that goes on in lower case on the next was broken by a mail program."""
MAX_ROW = 160
"""Characters of the longest line that is read as a list row."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of text to be read for order lines; `line` counts from 0, `start` from the text's start."""

    text: str
    line: int
    start: int
    in_list: bool
    bulleted: bool = False


def line_starts(lines: Sequence[str]) -> list[int]:
    """Return where each line begins in the text that the lines make up."""
    return [0, *accumulate(len(line) + 1 for line in lines)]


class StatementReader:
    """Cuts texts by the words of the rules that tell prose from list rows."""

    def __init__(self, rules: OrderingRules) -> None:
        words, units = rules.words, rules.units
        self._prose = re.compile(rf"\b(?:{either(words.prose)})\b", re.IGNORECASE)
        self._also_in_rows = frozenset(words.prose_in_rows)
        measures = either((*units.spellings, *units.dozens))
        self._row_begins = re.compile(
            rf"\s*(?:\d{{5,8}}\b|\d{{1,4}}(?:\s?(?:st\b|x\b|\*|par\b)|\s+[A-ZÅÄÖa-zåäö])|(?i:art)"
            rf"|(?i:(?:(?:{either(units.numbers)})\s)?(?:{measures})(?![\wåäö])))",
        )
        # "artnr 60718 rullstol 45 cm 1 st" says all of an order line: it does not go on from the line above.
        self._whole_row = re.compile(
            rf"\s*(?i:art)\D{{0,20}}\d{{5,8}}\W+[^\W\d_]{{3}}[^\n]{{0,{MAX_ROW}}}\d\s?(?:{measures})\s*$"
        )
        self._measured = re.compile(rf"\d\s?(?:{measures})(?![\wåäö])", re.IGNORECASE)
        self._sentence = re.compile(
            r"(?<=[a-zåäö0-9)\"”][.!?…])"
            + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in (*words.shortened, *words.clipped))
            + r"[ \u00a0]+(?=[A-ZÅÄÖa-zåäö0-9(])"
        )

    def statements(self, lines: Sequence[str], taken: frozenset[int]) -> list[Statement]:
        """Return the statements of the lines that no table has taken."""
        found: list[Statement] = []
        starts = line_starts(lines)
        at = 0
        while at < len(lines):
            first, text = at, lines[at]
            while at not in taken and text.strip() and self._goes_on(lines, at, taken):
                at += 1
                text += " " + lines[at].strip()
            if first not in taken:
                found.extend(self._split(text, first, starts[first]))
            at += 1
        return found

    def _goes_on(self, lines: Sequence[str], at: int, taken: frozenset[int]) -> bool:
        """Whether the line after `at` belongs to the same sentence, or is an aside to the same row."""
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if at + 1 in taken or not after.strip() or _BULLET.match(after):
            return False
        line = lines[at].rstrip()
        if _BULLET.match(line) and _ASIDE.match(after):
            return True
        if _OPEN_ENDS.search(line):
            return _LOWER.match(after) is not None or len(line) >= WRAPPED
        wraps = len(line) >= WRAPPED and _LOWER.match(after) and not line.endswith((":", ".", "!", "?"))
        return bool(wraps) and not after.startswith("  ") and not self._is_next_row(line, after)

    def _is_next_row(self, line: str, after: str) -> bool:
        """Whether the line `after` says all of an order line, or begins as one like the line above it."""
        alike = self._row_begins.match(line) and self._row_begins.match(after)
        both = self._tells_all(line) and self._tells_all(after) and self._prose.search(after) is None
        return both or bool(alike or self._whole_row.match(after))

    def _tells_all(self, line: str) -> bool:
        """Whether the line has an article number and a count with its measure."""
        return _NUMBER.search(line) is not None and self._measured.search(line) is not None

    def _split(self, text: str, line: int, start: int) -> list[Statement]:
        bullet = _BULLET.match(text)
        skip = bullet.end() if bullet else 0
        if self._is_row(text[skip:], bulleted=bullet is not None):
            body = text[skip:].strip()
            return [Statement(body, line, start + skip, True, bullet is not None)] if body else []
        ends = [*self._sentence.finditer(text, skip)]
        firsts = [skip, *(match.end() for match in ends)]
        lasts = [*(match.start() for match in ends), len(text)]
        spans = zip(firsts, lasts, strict=True)
        return [Statement(text[a:b], line, start + a, False) for a, b in spans if text[a:b].strip()]

    def _is_row(self, body: str, *, bulleted: bool) -> bool:
        """Whether the line is a row of a list (what, how many) rather than a sentence."""
        if len(body) > MAX_ROW:
            return False
        if _COUNT_ENDS.search(body):
            return True
        words = [word.lower() for word in self._prose.findall(body)]
        if bulleted or self._row_begins.match(body):
            return all(word in self._also_in_rows for word in words)
        return not words and not _is_sentence(body)


def _is_sentence(body: str) -> bool:
    """Whether words without a digit end in a full stop ("En sextonårig lastbil väntar.")."""
    ends = body.rstrip().endswith(".") and ":" not in body
    return ends and not any(map(str.isdigit, body)) and body.count(" ") > 2
