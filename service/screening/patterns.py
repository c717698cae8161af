"""Puts the word lists of rules/ into regular expressions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from re import _constants as sign  # type: ignore[attr-defined]  # the parser has no public face
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from service.screening.openings import beginnings

# In verbose form, what may part a name from its verb: ", också hos oss, ", " på Gläntan ", " som nu ".
TO_VERB = r"""(?: ,[ ][^,.;\n]{1,40},[ ] | [ ,]{1,2}(?:\n[ >]*)? )
    (?: (?: på | i | från | hos )[ ] [^,.;\n]{1,30}?[ ] )?
    (?: (?: som | också | även | nu | hon | han | och | inte | alltså,? | verkligen | nyss | precis | redan
        | ju | \w+igen )[ ] ){0,2}"""

_BREAK = ord("\n")
_WITH_BREAK = (sign.CATEGORY_SPACE, sign.CATEGORY_NOT_WORD, sign.CATEGORY_NOT_DIGIT)
_NAME = re.compile(r"\{(\^?)([a-z_]+)\}")
# What a word must begin with: a sign that stands for itself and is not repeated.
_FIRST = re.compile(r"(?:[^\W_]|[ ]|\\[^\w\s]|\\[ ])(?![?*+{])")
_INNER = re.compile(r"\\.|\[[^]]*\]|\((?:[^()\\]|\\.)*\)")
# How many lists are remembered as patterns, more than all rules have.
_KEPT = 1_000
# Asserts that no letter stands before; a digit or a sign may.
NO_LETTER = r"(?<![^\W\d_])"


def alternation(words: Iterable[str], start: str = "") -> str:
    """Return the words as one pattern; a word may itself be a regular expression, in which a space counts.

    The pattern tries the words in their order, but looks first at their first letters: Python's engine would
    try a hundred words, one after another, wherever a word begins. `start` is what must hold there besides,
    which takes longer to see than a letter.
    """
    return _alternation(tuple(words), start)


@lru_cache(_KEPT)
def _alternation(words: tuple[str, ...], start: str) -> str:
    """Return the pattern, made once of each list: the titles of staff alone stand in a dozen patterns."""
    tree = _tree(words)
    return f"(?-x:{_guard(tree)}{start}(?:{tree}))"


def _guard(pattern: str) -> str:
    """Return what asserts that one of the signs follows that the pattern can begin with, if there are few."""
    firsts = beginnings(pattern) or {""}
    if "" in firsts:
        return ""
    signs = {other for one in firsts for other in (one, one.lower(), one.upper()) if len(other) == 1}
    digits = r"\d" * any(map(str.isdigit, signs))
    return f"(?=[{digits}{''.join(map(re.escape, sorted(signs)))}])"


def _tree(words: Iterable[str]) -> str:
    """Return the words parted by "|", those with the same beginning gathered behind it, none past another."""
    parts, groups = list[str](), dict[str, list[str]]()
    for word in words:
        first = _FIRST.match(word)
        sign = first.group() if first and not is_choice(word) else ""
        if not sign or (sign.swapcase() in groups and sign.swapcase() != sign):
            parts += _gathered(groups)
            groups = {}
        if sign:
            groups.setdefault(sign, []).append(word[len(sign) :])
        else:
            parts.append(word)
    return "|".join([*parts, *_gathered(groups)])


def _gathered(groups: Mapping[str, list[str]]) -> list[str]:
    return [sign + (rests[0] if len(rests) == 1 else f"(?:{_tree(rests)})") for sign, rests in groups.items()]


def is_choice(word: str) -> bool:
    """Return whether the word is several, parted by "|" outside all brackets."""
    while (bare := _INNER.sub("", word)) != word:
        word = bare
    return "|" in word


def fill(pattern: str, lists: Mapping[str, Iterable[str]]) -> str:
    """Return the pattern with each {name} replaced by its word list; KeyError names one that is not there.

    Before a word of {^name} no letter stands.
    """
    return _NAME.sub(lambda found: alternation(lists[found[2]], NO_LETTER if found[1] else ""), pattern)


def is_of_one_line(pattern: re.Pattern[str]) -> bool:
    """Return whether no match of the pattern can hold a line break."""
    return not _may_hold_break(_parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE))


def _may_hold_break(parsed: Sequence[tuple[Any, Any]]) -> bool:
    return any(_item_may_hold_break(code, argument) for code, argument in parsed)


def _item_may_hold_break(code: Any, argument: Any) -> bool:  # noqa: ANN401 -- as the parser gives them
    if code is sign.LITERAL:
        return bool(argument == _BREAK)
    if code is sign.IN:
        return _class_holds_break(argument)
    if code is sign.BRANCH:
        return any(map(_may_hold_break, argument[1]))
    if code is sign.SUBPATTERN:
        return _may_hold_break(argument[3])
    if code in (sign.MAX_REPEAT, sign.MIN_REPEAT):
        return _may_hold_break(argument[2])
    return code not in (sign.AT, sign.ASSERT, sign.ASSERT_NOT)


def _class_holds_break(members: Sequence[tuple[Any, Any]]) -> bool:
    found = any(
        (code is sign.LITERAL and argument == _BREAK)
        or (code is sign.RANGE and argument[0] <= _BREAK <= argument[1])
        or (code is sign.CATEGORY and argument in _WITH_BREAK)
        for code, argument in members
    )
    return found != (members[0][0] is sign.NEGATE)
