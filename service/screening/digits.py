"""Runs of digits shaped like an identity number, however they are parted, in linear time."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

# What may part the digits of one number: spaces, one sign, a line break with its quote marks, a table's bar.
_GAP = re.compile(
    r"[ \t]{0,4}(?:-{1,2}|[+./_:,|=\\;])?[ \t]{0,4}(?:\n[ \t>|]{0,12}(?:\n[ \t>|]{0,12})?[-+/.]?[ \t]{0,4})?"
)
CENTURIES = ("18", "19", "20")
_LONGEST_GAP = 40
_DIGITS = re.compile(r"[0-9]+")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# How people group the date and the last four; every digit alone is also let through.
_DATES_6 = frozenset({(6,), (2, 2, 2), (2, 4)})
_DATES_8 = frozenset({(8,), (4, 2, 2), (4, 4), (2, 6), (2, 2, 2, 2), (2, 2, 4), (6, 2)})
_LASTS = frozenset({(4,), (2, 2), (3, 1), (1, 3), (1, 2, 1), (2, 1, 1), (1, 1, 2)})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Ten or twelve digits at text[start:end] that could be a personnummer.

    `dated` tells whether they begin with a day; without one, only a label makes them a personnummer.

    `digits` are the last ten; `shape` the lengths of the groups, `gaps` what stands between them.
    """

    start: int
    end: int
    digits: str
    century: str
    shape: tuple[int, ...]
    gaps: tuple[str, ...]
    dated: bool

    @property
    def coordination(self) -> bool:
        """Whether the day has 60 added, as in a samordningsnummer."""
        return int(self.digits[4:6]) >= 60

    @property
    def checksum_holds(self) -> bool:
        """Whether the Luhn sum of the ten digits is right (SKV 704)."""
        return luhn_holds(self.digits)

    @property
    def born(self) -> date | None:
        """The birth date where the century is written and the day is a real one."""
        if not self.century:
            return None
        return real_date(self.century + self.digits[:4] + f"{int(self.digits[4:6]) % 60:02}")

    @property
    def well_grouped(self) -> bool:
        """Whether the groups are such as people write a personnummer in."""
        if len(self.shape) == 1 or set(self.shape) == {1}:
            return True
        sizes, total = _DATES_8 if self.century else _DATES_6, 8 if self.century else 6
        for cut in range(1, len(self.shape)):
            if sum(self.shape[:cut]) == total:
                return self.shape[:cut] in sizes and self.shape[cut:] in _LASTS | {(1, 1, 1, 1)}
        return self._broken_by_a_line()

    def _broken_by_a_line(self) -> bool:
        """Whether only a line break tears apart what else is date, dash, four digits."""
        merged, signs = [self.shape[0]], ""
        for size, gap in zip(self.shape[1:], self.gaps, strict=True):
            if gap.strip(" \t>|\n") == "" and "\n" in gap:
                merged[-1] += size
            else:
                merged.append(size)
                signs += gap.strip()
        return merged in ([6, 4], [8, 4]) and signs in ("-", "+")


def luhn_holds(digits: str) -> bool:
    """Return whether the ten digits end in the right check digit."""
    total = 0
    for index, digit in enumerate(digits):
        value = int(digit) * (2 - index % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def real_date(eight: str) -> date | None:
    """Return the day that eight digits (yyyymmdd) name, or None."""
    try:
        return date(int(eight[:4]), int(eight[4:6]), int(eight[6:8]))
    except ValueError:
        return None


def date_holds(six: str) -> bool:
    """Return whether yymmdd is a day of some century, or one of a samordningsnummer (day + 60, month 00)."""
    month, day = int(six[2:4]), int(six[4:6])
    if day >= 60:
        return month <= 12 and day <= 91
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1]:
        return False
    # 29 February: a two-digit year can be of either century, and 2000 was a leap year as 1900 was not.
    return (month, day) != (2, 29) or int(six[:2]) % 4 == 0


def runs(text: str, least: int) -> list[int]:
    """Return where so many digits or more stand that no digit precedes."""
    return [start for start, end in map(re.Match.span, _DIGITS.finditer(text)) if end - start >= least]


def matches_at(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield what the pattern matches at these places, rising, none overlapping."""
    done = 0
    for start in starts:
        if start >= done and (match := pattern.match(text, start)):
            done = match.end()
            yield match


def candidates(text: str) -> Iterator[Candidate]:
    """Yield every window of digits, whole groups only, that could be a personnummer."""
    chain: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(text):
        if chain and not _joins(text, chain[-1][1], match.start()):
            yield from _windows(text, chain)
            chain = []
        chain.append(match.span())
    yield from _windows(text, chain)


def _joins(text: str, end: int, start: int) -> bool:
    return start - end <= _LONGEST_GAP and _GAP.fullmatch(text, end, start) is not None


def _windows(text: str, chain: list[tuple[int, int]]) -> Iterator[Candidate]:
    ends: dict[int, int] = {}
    begins, total = [], 0
    for index, (start, end) in enumerate(chain):
        begins.append(total)
        total += end - start
        ends[total] = index
    for first, begin in enumerate(begins):
        for size in (12, 10):
            last = ends.get(begin + size)
            if last is not None and last >= first:
                found = _candidate(text, chain[first : last + 1], size)
                if found is not None:
                    yield found


def _candidate(text: str, groups: list[tuple[int, int]], size: int) -> Candidate | None:
    written = "".join(text[start:end] for start, end in groups)
    century = written[:2] if size == 12 else ""
    dated = date_holds(written[-10:-4])
    if (century and century not in CENTURIES) or not (dated or len(groups) <= 2):
        return None
    gaps = tuple(text[one[1] : two[0]] for one, two in pairwise(groups))
    shape = tuple(end - start for start, end in groups)
    return Candidate(groups[0][0], groups[-1][1], written[-10:], century, shape, gaps, dated)
