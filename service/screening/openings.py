"""The prefilter of the phrases: with which letters each pattern can begin, so that few are tried at a word.

Sixty patterns tried one after another at every character cost more than all else that screening does. A
pattern that must begin with a letter or digit is tried only where a word begins with such ones; what a
pattern can begin with is read from Python's own parse of it, so no rule can be filtered wrongly.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from re import _constants as sign  # type: ignore[attr-defined]  # the parser has no public face
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

_WORD = re.compile(r"\w+")
# What an opening ends with that no more can be told of.
_END = "\0"
ANY = ""
"""The opening of a pattern that can begin any word."""

# How many letters of a word are looked at, and how many ways to begin a pattern is let to have.
_LENGTH, _MOST = 4, 2_000
# How many words are remembered.
_KEPT = 30_000
# How many patterns are tried in one text. 1 MB of orders has half as many, 1 MB of "hon" five times so many.
_MOST_TRIED = 2_500_000
# In characters: so much of any text is looked through, whatever it says.
_SHORT = 130_000

Tag = TypeVar("Tag")
Parsed = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Family(Generic[Tag]):
    """Patterns that begin alike, each with a tag; `test` matches just where one of them does."""

    test: re.Pattern[str]
    members: tuple[tuple[Tag, re.Pattern[str]], ...]


class Prefilter(Generic[Tag]):
    """Families of patterns, indexed by the first letters of what they match."""

    def __init__(self, families: Iterable[Family[Tag]]) -> None:
        self._families = list(families)
        self._by_opening: dict[str, list[int]] = {}
        self._anywhere: list[Family[Tag]] = []
        self._tried: dict[str, tuple[int, ...]] = {}
        for index, family in enumerate(self._families):
            openings = openings_of(family.test)
            if not openings:
                self._anywhere.append(family)
            for opening in openings:
                self._by_opening.setdefault(opening, []).append(index)

    def reach(self, text: str) -> int:
        """Return how far the text is looked through: to its end, or a little of one with too much to try."""
        if len(text) <= _SHORT:
            return len(text)
        sizes = [len(family.members) for family in self._families]
        words = Counter(_WORD.findall(text)).items()
        tried = sum(times * sum(sizes[index] for index in self._worth_trying(word)) for word, times in words)
        return len(text) if tried <= _MOST_TRIED else _SHORT

    def matches(self, text: str, stop: int) -> Iterator[tuple[Tag, re.Match[str]]]:
        """Yield what each pattern matches that begins with a word before `stop`, or anywhere with a sign.

        None of a pattern's matches overlap; the patterns come in no order.
        """
        tried, tests = self._tried, [family.test.match for family in self._families]
        done = [[0] * len(family.members) for family in self._families]
        for word in _WORD.finditer(text, 0, stop):
            start, written = word.start(), word.group()
            known = tried.get(written)
            for index in self._worth_trying(written) if known is None else known:
                if tests[index](text, start):
                    yield from _matches_of(self._families[index], text, start, done[index])
        for family in self._anywhere:
            for tag, pattern in family.members:
                for match in pattern.finditer(text):
                    yield tag, match

    def _worth_trying(self, word: str) -> tuple[int, ...]:
        """Return the families that can match where the word begins, and remember them."""
        begun = f"{word} "[:_LENGTH]
        low = "".join(one.lower()[:1] for one in begun)
        openings = {begin[:length] for begin in (low, begun[:1] + low[1:]) for length in range(len(low) + 1)}
        if len(self._tried) > _KEPT:
            self._tried.clear()
        found = {index for opening in openings for index in self._by_opening.get(opening, ())}
        self._tried[word] = tuple(sorted(found))
        return self._tried[word]


def _matches_of(
    family: Family[Tag], text: str, start: int, done: list[int]
) -> Iterator[tuple[Tag, re.Match[str]]]:
    """Yield what the members match there; `done` is where the last match of each ended."""
    for index, (tag, pattern) in enumerate(family.members):
        if start >= done[index] and (match := pattern.match(text, start)):
            done[index] = match.end()
            yield tag, match


def openings_of(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return the first letters, at most four, of all that the pattern can match.

    They are small, but for a first one that must be a capital; a blank stands for the end of the word. `ANY`
    alone where these are too many to tell; none where the pattern may begin elsewhere than a word does.
    """
    folded = bool(pattern.flags & re.IGNORECASE)
    parsed = list(_parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE))
    if not _at_word_start(parsed):
        return frozenset()
    found = _first(parsed, folded)
    if found is None:
        return frozenset({ANY})
    if not all(opening[:1].isalnum() for opening in found):
        return frozenset()
    return frozenset(_letters(opening) for opening in found)


def beginnings(pattern: str) -> frozenset[str] | None:
    """Return the signs that what the pattern matches can begin with; "" where it can match nothing.

    None where they are too many to tell.
    """
    found = _first(_parser.parse(pattern, 0), folded=False)
    return None if found is None else frozenset(one[:1].rstrip(_END) for one in found)


def _letters(opening: str) -> str:
    """Return the letters and digits that the opening begins with, small behind the first."""
    length = next((at for at, one in enumerate(opening) if not one.isalnum()), len(opening))
    ends = opening[length : length + 1] not in ("", "_", _END)
    return opening[:1] + opening[1:length].lower() + " " * ends


def _at_word_start(parsed: Parsed) -> bool:
    """Return whether the pattern demands that no letter or digit stands before its first sign."""
    for code, argument in parsed:
        if code is sign.AT and argument is sign.AT_BOUNDARY:
            return True
        if code is sign.ASSERT_NOT and argument[0] < 0 and _forbids_word(argument[1]):
            return True
        if code is sign.SUBPATTERN:
            return _at_word_start(argument[3])
        if code not in (sign.AT, sign.ASSERT, sign.ASSERT_NOT):
            return False
    return False


def _forbids_word(parsed: Parsed) -> bool:
    """Return whether the only item is a class that holds every letter and digit."""
    (code, members), *rest = parsed
    return code is sign.IN and not rest and (sign.CATEGORY, sign.CATEGORY_WORD) in list(members)


def _first(parsed: Parsed, folded: bool) -> set[str] | None:
    """Return the first signs of what the items match, four at most; None where they are too many.

    `folded` tells whether a letter stands for both its cases; it is then given as a small one. What no letter
    or digit ends is not followed further.
    """
    found = {""}
    for item in parsed:
        short = {one for one in found if len(one) < _LENGTH and (not one or one.isalnum())}
        if not short:
            break
        behind = _of_item(item, folded)
        if behind is None or len(short) * len(behind) > _MOST:
            return None if "" in short else (found - short) | {one + _END for one in short}
        found = (found - short) | {(one + other)[:_LENGTH] for one in short for other in behind}
    return found


def _of_item(item: tuple[Any, Any], folded: bool) -> set[str] | None:
    code, argument = item
    if code is sign.LITERAL:
        return {_folded(argument, folded)}
    if code is sign.IN:
        return _of_class(argument, folded)
    if code is sign.SUBPATTERN:
        _, added, removed, inner = argument
        return _first(inner, bool((added or folded * re.IGNORECASE) & ~removed & re.IGNORECASE))
    if code is sign.BRANCH:
        return _of_branches(argument[1], folded)
    if code in (sign.MAX_REPEAT, sign.MIN_REPEAT):
        least, most, repeated = argument
        return _of_repeat(least, most, repeated, folded)
    if code in (sign.AT, sign.ASSERT, sign.ASSERT_NOT):
        return {""}
    return None


def _of_repeat(least: int, most: int, repeated: Parsed, folded: bool) -> set[str] | None:
    """Return the openings of what stands there so many times; where that may be more, they end so."""
    found = _first([*repeated] * min(max(least, 1), _LENGTH), folded)
    if found is None:
        return None
    if most > max(least, 1):
        found = {one + _END for one in found}
    return found if least else {*found, ""}


def _of_branches(branches: Iterable[Parsed], folded: bool) -> set[str] | None:
    found: set[str] = set()
    for branch in branches:
        inner = _first(branch, folded)
        if inner is None:
            return None
        found |= inner
    return found


def _of_class(members: Parsed, folded: bool) -> set[str] | None:
    """Return the signs of a class of at most a few; digits are few, letters are not."""
    found: set[str] = set()
    for code, argument in members:
        if code is sign.LITERAL:
            found.add(_folded(argument, folded))
        elif code is sign.RANGE and argument[1] - argument[0] < 40:
            found |= {_folded(one, folded) for one in range(argument[0], argument[1] + 1)}
        elif code is sign.CATEGORY and argument is sign.CATEGORY_DIGIT:
            found |= set("0123456789")
        else:
            return None
    return found


def _folded(code: int, folded: bool) -> str:
    return chr(code).lower()[:1] if folded else chr(code)
