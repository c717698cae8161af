"""The names of the site's own registers: what bears one, whole, is an article or a place and no person."""

import re
from collections.abc import Callable

Names = Callable[[], frozenset[str]]

# How many words a registered name may have before and behind the words that look like a person's.
_BEFORE, _BEHIND = 3, 5
_WORD = re.compile(r"\S+")
# In characters: far more than so many words take.
_REACH = 120
_EDGES = " \t,.;:()\"'”"


class Registered:
    """The registered names as they stand for one mail, whole and in lower case (str.casefold)."""

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names

    def covers(self, text: str, start: int, end: int) -> bool:
        """Return whether a registered name stands there that holds all of text[start:end]."""
        if not self._names:
            return False
        before = text[max(0, start - _REACH) : start].rpartition("\n")[2]
        behind = text[end : end + _REACH].partition("\n")[0]
        begins = [0, *(-len(before) + word.start() for word in list(_WORD.finditer(before))[-_BEFORE:])]
        stops = [0, *(word.end() for word in list(_WORD.finditer(behind))[:_BEHIND])]
        return any(
            _folded(text[start + begin : end + stop]) in self._names for begin in begins for stop in stops
        )


def _folded(name: str) -> str:
    return " ".join(name.strip(_EDGES).casefold().split())
