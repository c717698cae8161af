"""The prefilter of the phrases: with which letters each pattern can begin, so that few are tried at a word.

Sixty patterns tried one after another at every character cost more than all else that screening does. A
pattern that must begin with a letter or digit is tried only where a word begins with such a one; what a
pattern can begin with is read from Python's own parse of it, so no rule can be filtered wrongly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from re import _constants as sign  # type: ignore[attr-defined]  # the parser has no public face
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

_WORD_START = re.compile(r"(?<!\w)\w")
_EMPTY = ("",)
ANY = ""
"""The opening of a pattern that can begin any word."""

Tag = TypeVar("Tag")
Parsed = Sequence[tuple[Any, Any]]


class Prefilter(Generic[Tag]):
    """Patterns, each with a tag, indexed by the first two letters of what they match."""

    def __init__(self, patterns: Iterable[tuple[Tag, re.Pattern[str]]]) -> None:
        self._by_opening: dict[str, list[tuple[Tag, re.Pattern[str]]]] = {}
        self._anywhere: list[tuple[Tag, re.Pattern[str]]] = []
        for tag, pattern in patterns:
            openings = openings_of(pattern)
            if not openings:
                self._anywhere.append((tag, pattern))
            for opening in openings:
                self._by_opening.setdefault(opening, []).append((tag, pattern))

    def matches(self, text: str) -> Iterator[tuple[Tag, re.Match[str]]]:
        """Yield what each pattern matches, none of its matches overlapping; patterns in no order."""
        by_opening, done = self._by_opening, dict[str, int]()
        for start in map(re.Match.start, _WORD_START.finditer(text)):
            two = text[start : start + 2].lower()
            for opening in (two, two[:1], ANY):
                for tag, pattern in by_opening.get(opening, ()):
                    if start >= done.get(pattern.pattern, 0) and (match := pattern.match(text, start)):
                        done[pattern.pattern] = match.end()
                        yield tag, match
        for tag, pattern in self._anywhere:
            for match in pattern.finditer(text):
                yield tag, match


def openings_of(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return the first one or two letters of all that the pattern can match, in lower case.

    `ANY` alone where these are too many to tell; none where it may begin elsewhere than a word does.
    """
    parsed = list(_parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE))
    if not _at_word_start(parsed):
        return frozenset()
    found = _first(parsed, 2)
    if found is None:
        return frozenset({ANY})
    if not all(opening[:1].isalnum() for opening in found):
        return frozenset()
    return frozenset(opening if opening.isalnum() else opening[0] for opening in found)


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


def _first(parsed: Parsed, length: int) -> set[str] | None:
    """Return all first signs, at most `length`, of what the items match; None where they are too many."""
    found = {""}
    for item in parsed:
        short = {opening for opening in found if len(opening) < length}
        if not short:
            break
        behind = _of_item(item, length)
        if behind is None:
            return None if "" in short else found
        found = (found - short) | {(one + other)[:length] for one in short for other in behind}
    return found


def _of_item(item: tuple[Any, Any], length: int) -> Iterable[str] | None:
    code, argument = item
    if code is sign.LITERAL:
        return (chr(argument).lower()[:1],)
    if code is sign.IN:
        return _of_class(argument)
    if code is sign.SUBPATTERN:
        return _first(argument[3], length)
    if code is sign.BRANCH:
        return _of_branches(argument[1], length)
    if code in (sign.MAX_REPEAT, sign.MIN_REPEAT):
        inner = _first(argument[2], length)
        return inner if inner is None or argument[0] else {*inner, ""}
    if code in (sign.AT, sign.ASSERT, sign.ASSERT_NOT):
        return _EMPTY
    return None


def _of_branches(branches: Iterable[Parsed], length: int) -> set[str] | None:
    found: set[str] = set()
    for branch in branches:
        inner = _first(branch, length)
        if inner is None:
            return None
        found |= inner
    return found


def _of_class(members: Parsed) -> set[str] | None:
    """Return the signs of a class of at most a few; digits are few, letters are not."""
    found: set[str] = set()
    for code, argument in members:
        if code is sign.LITERAL:
            found.add(chr(argument).lower()[:1])
        elif code is sign.RANGE and argument[1] - argument[0] < 40:
            found |= {chr(one).lower()[:1] for one in range(argument[0], argument[1] + 1)}
        elif code is sign.CATEGORY and argument is sign.CATEGORY_DIGIT:
            found |= set("0123456789")
        else:
            return None
    return found
