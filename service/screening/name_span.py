"""Finds where a text may name a person, by the lexicon."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import zip_longest

from service.screening.lexicon import Lexicon, Sort

WORD = re.compile(r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*")
PARTICLES = frozenset(
    {"al", "el", "von", "van", "de", "del", "der", "den", "bin", "ibn", "abu", "af", "av", "da", "dos"}
)
_BETWEEN = re.compile(r" {1,2}|\. ?")
# One letter, or two that a sign parts: "PÅ" is none.
_INITIAL = re.compile(r"[A-ZÅÄÖÉØÆŠŽČÇŁŞİ](?:(?:\. ?-?|-)[A-ZÅÄÖÉØÆŠŽČÇŁŞİ])?\.? $")
_COMMA = re.compile(r",[ ]{1,2}")
_LONGEST = 4
# Two words that no list has may be a name's if they have so many letters each.
_UNHEARD = 4


class Strength(IntEnum):
    """How sure it is, by the words themselves, that they name a person."""

    # In no list: a frame alone says that it is a name.
    UNLISTED = 0
    # Ordinary words that are names too, in lower case: a name only where something else says so.
    DOUBTFUL = 1
    LIKELY = 2
    # A first name and a surname, both hardly anything else: no count of pieces makes it a product.
    SURE = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A possible name at text[start:end]. `full` where it has two words at least.

    `framed` where a word for a patient or relative stands right in front of it, `thing` where the words
    around it are read as those around a place or an article.
    """

    start: int
    end: int
    full: bool
    strength: Strength
    framed: bool = False
    thing: bool = False

    @property
    def known(self) -> bool:
        """Whether the lexicon vouches for it."""
        return self.strength is not Strength.UNLISTED

    @property
    def sure(self) -> bool:
        """Whether it can hardly be anything but a person's name."""
        return self.strength is Strength.SURE


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    sort: Sort

    @property
    def capital(self) -> bool:
        """Whether it is written as a name; the Khatib of "al-Khatib" is enough."""
        return self.text[0].isupper() or any(part[:1].isupper() for part in self.text.split("-")[1:])

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def listed(self) -> bool:
        """Whether some list has it, as a name of either sort."""
        return bool(self.sort & (Sort.FIRST | Sort.LAST))


class _Words:
    """The words of a text; each is made when it is looked at, since few stand where a name may."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._found = list(WORD.finditer(text))
        self._sorts = [lexicon.sort(match.group()) for match in self._found]

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, index: int) -> _Word:
        match = self._found[index]
        return _Word(match.group(), *match.span(), self._sorts[index])

    def beginnings(self) -> list[int]:
        """Return the indices where a name may begin: at a name, before a surname, at two unheard words."""
        sorts = self._sorts
        return [
            index
            for index, (sort, then) in enumerate(zip_longest(sorts, sorts[1:], fillvalue=Sort.BLOCKED))
            if sort.is_name or then.is_last or sort is then is Sort.NONE
        ]


class SpanFinder:
    """Finds spans by one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the spans in order of the text."""
        words = _Words(text, self._lexicon)
        stop = 0
        for index in words.beginnings():
            if index >= stop:
                stop, span = _at(text, words, index)
                if span is not None:
                    yield span


def _at(text: str, words: _Words, index: int) -> tuple[int, Span | None]:
    """Return the span that begins at the word, and the index of the word to go on with."""
    word = words[index]
    if not word.sort.is_name:
        return index + 1, _unlisted_first(text, words, index) or _unheard(text, words, index)
    if word.sort & Sort.BLOCKED and not word.capital:
        return index + 1, None
    turned = _reversed(text, words, index)
    if turned is not None:
        return index + 2, turned
    stop = _run(text, words, index)
    start = _initials(text, word.start)
    if stop - index > 1 or start < word.start:
        return stop, Span(
            start, words[stop - 1].end, True, _strength([words[one] for one in range(index, stop)])
        )
    if word.sort.is_first:
        return stop, Span(word.start, word.end, False, Strength.LIKELY)
    return stop, None


def _strength(words: list[_Word]) -> Strength:
    first, last = words[0], words[-1]
    if len(words) > 1 and first.sort.is_first and last.sort.is_last and not last.sort & Sort.BLOCKED:
        return Strength.SURE
    sure = any(word.sort.is_first or word.sort.is_last for word in words)
    return Strength.LIKELY if sure or first.capital else Strength.DOUBTFUL


def _run(text: str, words: _Words, index: int) -> int:
    """Return where the run of name words that begins at index ends; index + 1 where it is alone."""
    first = words[index]
    stop = index + 1
    if not first.sort & Sort.FIRST:
        return stop
    while stop < len(words) and stop - index < _LONGEST and _goes_on(text, words, index, stop):
        stop += 2 if _is_particle(words[stop]) else 1
    return stop


def _goes_on(text: str, words: _Words, index: int, at: int) -> bool:
    """Return whether the word at `at` belongs to the name that words[index] begins."""
    first, last, word = words[index], words[at - 1], words[at]
    between = text[last.end : word.start]
    if not _BETWEEN.fullmatch(between) and not _wrapped(between, word):
        return False
    if "." in between and len(last.text) > 1:
        return False
    if _is_particle(word) and at + 1 < len(words):
        follows = words[at + 1]
        return follows.capital and follows.start - word.end <= 1 and not follows.sort & Sort.BLOCKED
    if word.sort & Sort.BLOCKED and not (word.sort.is_name and word.capital):
        return False
    if first.shouted or not first.capital:
        return first.shouted == word.shouted and word.capital == first.capital and word.sort.is_name
    return word.capital and (word.sort.is_name or first.sort.is_first)


def _is_particle(word: _Word) -> bool:
    return word.text.lower() in PARTICLES and not word.sort.is_name


def _wrapped(between: str, word: _Word) -> bool:
    """Return whether a line break in running text parts a first name from its surname."""
    broken = between.strip(" >") == "\n" and between.count("\n") == 1
    return broken and word.capital and word.sort.is_last and not word.sort & Sort.FIRST


def _unlisted_first(text: str, words: _Words, index: int) -> Span | None:
    """Return the span of a capitalised word that no list has, followed by a sure surname."""
    word = words[index]
    if index + 1 >= len(words) or word.sort & Sort.BLOCKED or not word.capital or word.shouted:
        return None
    follows = words[index + 1]
    if text[word.end : follows.start] != " " or not follows.capital or not follows.sort.is_last:
        return None
    if len(word.text) < 3 or follows.sort & Sort.BLOCKED:
        return None
    return Span(word.start, follows.end, True, Strength.LIKELY)


def _unheard(text: str, words: _Words, index: int) -> Span | None:
    """Return the span of two words that are neither Swedish nor in any list, as a misspelt name's are."""
    word = words[index]
    if index + 1 >= len(words) or word.sort is not Sort.NONE:
        return None
    follows = words[index + 1]
    if follows.sort is not Sort.NONE or text[word.end : follows.start] != " ":
        return None
    alike = word.capital == follows.capital and word.shouted == follows.shouted
    if not alike or min(len(word.text), len(follows.text)) < _UNHEARD:
        return None
    return Span(word.start, follows.end, True, Strength.UNLISTED)


def _initials(text: str, start: int) -> int:
    """Return where initials in front of a surname ("K-E Lööf", "A. Berg") begin, else start."""
    match = _INITIAL.search(text, max(0, start - 8), start)
    if match is None or (match.start() and text[match.start() - 1].isalnum()):
        return start
    # "I LADAN NYBERGS PERMOBIL"
    if match.group().strip() in ("I", "Å", "Ö"):
        return start
    return match.start()


def _reversed(text: str, words: _Words, index: int) -> Span | None:
    """Return "Lindqvist, Rune" and "Lindqvist Rune" as one span."""
    word = words[index]
    if index + 1 >= len(words) or not word.capital or not (word.sort.is_last or word.sort & Sort.LAST):
        return None
    follows = words[index + 1]
    if not follows.capital or not follows.sort.is_first:
        return None
    between = text[word.end : follows.start]
    if _COMMA.fullmatch(between):
        turned = not (word.sort.is_first and follows.sort & Sort.LAST)
    else:
        turned = between == " " and word.sort.is_last and not (word.sort | Sort.NONE) & Sort.FIRST
        turned = turned and not follows.sort & Sort.LAST
    return Span(word.start, follows.end, True, Strength.LIKELY) if turned else None
