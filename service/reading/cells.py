"""What a person sees in a cell of a workbook: its number formats applied, and lost zeros given back."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from xml.etree.ElementTree import Element

from service.reading.markup import attribute
from service.values import Piece, Zone

# ECMA-376 part 1, 18.8.30: the formats that a workbook uses without spelling them out.
_DATES = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_MASK = re.compile(r"0+(?:[-/. ]0+)*")
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Formats:
    """The number format of each cell style: its built-in number and its code ("" where built in)."""

    styles: tuple[tuple[int, str], ...] = ()
    since_1904: bool = False

    def show(self, raw: str, style: str) -> str:
        """Return a stored number as a person sees it: dates as ISO, masks applied, 4.0 as 4."""
        try:
            number = float(raw)
            builtin, code = self.styles[int(style)] if style else (0, "")
        except (ValueError, IndexError):
            return raw
        if builtin in _DATES or _is_date(code):
            return self._date(number) or _plain(number, raw)
        mask = _bare(code)
        if number >= 0 and number.is_integer() and _MASK.fullmatch(mask):
            return _masked(str(int(number)), mask)
        return _plain(number, raw)

    def _date(self, number: float) -> str:
        """Return the day (and time, if any) of a serial number; empty where no calendar has it."""
        if not 0 <= number < 2_958_466:
            return ""
        # Excel counts a 29 February 1900 that never was.
        start = datetime(1904, 1, 1) if self.since_1904 else datetime(1899, 12, 30 if number >= 60 else 31)
        moment = start + timedelta(seconds=round(number * 86_400))
        if number < 1:
            return f"{moment:%H:%M}"
        return moment.date().isoformat() if number.is_integer() else f"{moment:%Y-%m-%d %H:%M}"


def read_formats(styles: Element | None, since_1904: bool) -> Formats:
    """Return the formats that the part styles.xml gives each cell style."""
    if styles is None:
        return Formats((), since_1904)
    codes = {attribute(e, "numFmtId"): attribute(e, "formatCode") for e in styles.iter("numFmt")}
    given = [attribute(e, "numFmtId", "0") for group in styles.iter("cellXfs") for e in group.iter("xf")]
    return Formats(tuple((int(i) if i.isdecimal() else 0, codes.get(i, "")) for i in given), since_1904)


def position(reference: str) -> tuple[int, int] | None:
    """Return (row, column) from 1 of a reference as "F7", or None for none that a sheet can have."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def reference(row: int, column: int) -> str:
    """Return the reference of a place, as "F7"."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def with_zero(cells: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (place, number) with its zero for each of 9 or 11 digits: stored as numbers they lose it."""
    return [(place, f"0{text}") for place, text in cells if re.fullmatch(r"[1-9](?:\d{8}|\d{10})", text)]


def listed(texts: Sequence[tuple[str, str]], place: str) -> Piece:
    """Return (mark, text) pairs as one piece, a line each."""
    marks, length = [], 0
    for mark, text in texts:
        marks.append((length, mark))
        length += len(text) + 1
    return Piece("\n".join(text for _, text in texts), place, Zone.ATTACHMENT, tuple(marks))


@lru_cache(maxsize=256)
def _is_date(code: str) -> bool:
    bare = _bare(code).lower()
    return "0" not in bare and "#" not in bare and re.search(r"[yåd]|m.*[hs]|h.*m", bare) is not None


@lru_cache(maxsize=256)
def _bare(code: str) -> str:
    """Return the first section of a format without its quoted text, escapes, padding and brackets."""
    literal = re.sub(r"\\([-/. ])|\"([-/. ])\"", r"\1\2", code.split(";")[0])
    return _LITERAL.sub("", literal).strip().removesuffix("@")


def _masked(digits: str, mask: str) -> str:
    """Lay digits into a mask as 000000-0000 from the right; what is too long stands in front."""
    left = list(digits)
    laid = [sign if sign != "0" else left.pop() if left else "0" for sign in reversed(mask)]
    return "".join((*left, *reversed(laid)))


def _plain(number: float, raw: str) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.12g}" if abs(number) < 1e15 else raw
