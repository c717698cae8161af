"""Words with their boxes to lines of text: the page set upright, its rows and columns found."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from service.reading.tesseract import GOOD_CONFIDENCE, Word

_SAME_ROW = 0.6
"""How far apart, in heights of a word, the middles of two words on one row may lie."""

_MAX_COLUMN = 400
_GAP = 2.5
"""Widths of a sign: a wider gap parts two columns, a narrower one two words."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word along its line: where it begins and ends, and how far down its middle lies."""

    text: str
    start: float
    end: float
    down: float
    height: float


def as_read(words: Iterable[Word]) -> str:
    """Return the words line by line, in the order in which Tesseract read them."""
    lines = groupby(words, key=lambda word: word.line)
    return "\n".join(" ".join(word.text for word in line) for _, line in lines)


def laid_out(words: Sequence[Word]) -> str:
    """Return the words row by row as they stand on the page, columns kept by spaces; specks are left out."""
    words = [word for word in words if word.confidence >= GOOD_CONFIDENCE or any(map(str.isalnum, word.text))]
    if not words:
        return ""
    angle = _direction(words)
    placed = [_upright(word, angle) for word in words]
    sign = median((word.end - word.start) / len(word.text) for word in placed) or 1.0
    left = min(word.start for word in placed)
    return "\n".join(_row(row, left, sign) for row in _rows(placed))


def _direction(words: Sequence[Word]) -> float:
    """Return the way that lines run, in radians: the sum of all steps from a word to the next on its line."""
    across = down = 0.0
    for _, line in groupby(words, key=lambda word: word.line):
        for one, other in pairwise(line):
            across += (other.left + other.width / 2) - (one.left + one.width / 2)
            down += (other.top + other.height / 2) - (one.top + one.height / 2)
    return math.atan2(down, across)


def _upright(word: Word, angle: float) -> _Placed:
    x, y = word.left + word.width / 2, word.top + word.height / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    along, down = x * cosine + y * sine, y * cosine - x * sine
    lies = abs(cosine) < abs(sine)
    length, height = (word.height, word.width) if lies else (word.width, word.height)
    return _Placed(word.text, along - length / 2, along + length / 2, down, height)


def _rows(words: list[_Placed]) -> list[list[_Placed]]:
    near = _SAME_ROW * median(word.height for word in words)
    rows: list[list[_Placed]] = []
    for word in sorted(words, key=lambda word: word.down):
        if rows and word.down - rows[-1][-1].down < near:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.start) for row in rows]


def _row(row: list[_Placed], left: float, sign: float) -> str:
    """Lay a row's words at their columns; what touches stays one word apart."""
    text, end = "", left
    for word in row:
        column = min(round((word.start - left) / sign), _MAX_COLUMN)
        wide = word.start - end > _GAP * sign
        gap = max(column - len(text), 3 if text else 0) if wide else (1 if text else 0)
        text, end = text + " " * gap + word.text, word.end
    return text
