"""Numbers dictated in words, read as digits: "nittonhundrafyrtiotvå noll tre" is 194203."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, takewhile

from service.screening.patterns import NO_LETTER, alternation

_UNITS = ["noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"]
_TEENS = ["tio", "elva", "tolv", "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton"]
_TENS = ["tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"]
_VALUES = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: value for value, word in enumerate(_TEENS, 10)},
    **{word: value for value, word in enumerate(_TENS, 2)},
    "en": 1,
    "tvåa": 2,
    "nie": 9,
    "nolla": 0,
    "aderton": 18,
    "tju": 20,
    "tjuge": 20,
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{word.removesuffix("o"): 10 * value for value, word in enumerate(_TENS[1:], 3)},
    "hundra": 100,
    "tusen": 1000,
}
_WORDS = sorted(_VALUES, key=len, reverse=True)
_ATOM = alternation(_WORDS)
_RUN = re.compile(
    rf"""(?ix) {alternation(_WORDS, NO_LETTER)} (?:
        [\s,.;:-]{{0,4}} (?: (?:streck|bindestreck|plus|och)\b [\s,.]{{0,3}} )? {_ATOM}
    ){{2,30}} (?![^\W\d_])"""
)
# "streck" holds "tre".
_ATOMS = re.compile(rf"(?i)(?:binde)?streck|({_ATOM})")


@dataclass(frozen=True, slots=True)
class Dictated:
    """A run of numbers in words at text[start:end]: the digits of each number, and whether it is alone."""

    start: int
    end: int
    digits: str
    whole: bool


def dictated(text: str, lengths: frozenset[int]) -> Iterator[Dictated]:
    """Yield each stretch of numbers in words that makes so many digits."""
    longest = max(lengths)
    for run in _RUN.finditer(text):
        numbers = list(_numbers(text, run))
        for first, (start, _, _) in enumerate(numbers):
            together = accumulate(digits for _, _, digits in numbers[first:])
            short = takewhile(lambda digits: len(digits) <= longest, together)
            for last, digits in enumerate(short, first):
                if len(digits) in lengths:
                    whole = last - first + 1 == len(numbers)
                    yield Dictated(start, numbers[last][1], digits, whole)


def _numbers(text: str, run: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, digits) of each number; "fyrtio två" is 42, "nittonhundra fyrtiotvå" is 1942."""
    value, start, end = -1, run.start(), run.start()
    for atom in _ATOMS.finditer(text, *run.span()):
        if not atom.group(1):
            continue
        more = _VALUES[atom.group(1).lower()]
        joined = _joined(value, more)
        if joined < 0:
            yield start, end, str(value)
            start, joined = atom.start(), more
        elif value < 0:
            start = atom.start()
        value, end = joined, atom.end()
    yield start, end, str(value)


def _joined(value: int, more: int) -> int:
    """Return the number that two words make together, or -1 where a new one begins."""
    if value < 0:
        return more
    if more == 1000:
        return value * more if 0 < value < 10 else -1
    if more == 100:
        last = value % 1000
        return value - last + last * more if 0 < last < (100 if value < 100 else 10) else -1
    room = 1000 if value % 1000 == 0 else 100 if value % 100 == 0 else 10 if value % 10 == 0 else 1
    fits = value >= 20 and 0 < more < min(room, 100)
    return value + more if fits else -1
