"""Puts the word lists of rules/ into regular expressions."""

import re
from collections.abc import Iterable, Mapping

# In verbose form, what may part a name from its verb: ", också hos oss, ", " på Gläntan ", " som nu ".
TO_VERB = r"""(?: ,[ ][^,.;\n]{1,40},[ ] | [ ,]{1,2}(?:\n[ >]*)? )
    (?: (?: på | i | från | hos )[ ] [^,.;\n]{1,30}?[ ] )?
    (?: (?: som | också | även | nu | hon | han | och | inte | alltså,? | verkligen | nyss | precis | redan
        | ju | \w+igen )[ ] ){0,2}"""

_NAME = re.compile(r"\{([a-z_]+)\}")
# What a word must begin with: a sign that stands for itself and is not repeated.
_FIRST = re.compile(r"(?:[^\W_]|[ ]|\\[^\w\s]|\\[ ])(?![?*+{])")
_INNER = re.compile(r"\\.|\[[^]]*\]|\((?:[^()\\]|\\.)*\)")


def alternation(words: Iterable[str]) -> str:
    """Return the words as one pattern; a word may itself be a regular expression, in which a space counts.

    The pattern tries the words in their order, but looks first at their first letters: Python's engine would
    try a hundred words, one after another, wherever a word begins.
    """
    listed = list(words)
    firsts = dict.fromkeys(match.group() if (match := _FIRST.match(word)) else "" for word in listed)
    guard = "" if not firsts or "" in firsts or any(map(_is_choice, listed)) else f"(?=[{''.join(firsts)}])"
    return f"(?-x:{guard}{_tree(listed)})"


def _tree(words: list[str]) -> str:
    """Return the words parted by "|", those with the same beginning gathered behind it, none past another."""
    parts, groups = list[str](), dict[str, list[str]]()
    for word in words:
        first = _FIRST.match(word)
        sign = first.group() if first and not _is_choice(word) else ""
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


def _is_choice(word: str) -> bool:
    """Return whether the word is several, parted by "|" outside all brackets."""
    while (bare := _INNER.sub("", word)) != word:
        word = bare
    return "|" in word


def fill(pattern: str, lists: Mapping[str, Iterable[str]]) -> str:
    """Return the pattern with each {name} replaced by its word list; KeyError names one that is not there."""
    return _NAME.sub(lambda match: alternation(lists[match.group(1)]), pattern)
