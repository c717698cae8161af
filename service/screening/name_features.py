"""What the name reader sees of each word: the word, its ends, its shape, its lists and its neighbours."""

import re
from collections.abc import Sequence

from service.screening.lexicon import Lexicon, Sort

_RUN = re.compile(r"(.)\1+")
_KEPT = 30_000

# The features of one word, as seen from itself, from one and from two words away on either side.
_Views = dict[int, tuple[str, ...]]
_DISTANCES = (-2, -1, 0, 1, 2)


class Features:
    """The features of words by one lexicon, with a memory of the words seen."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, _Views] = {}

    def of(self, words: Sequence[str]) -> list[list[str]]:
        """Return the features of each word of a sentence; letter case tells little where all is one case."""
        views = [self._views(word) for word in words]
        edge = self._views("")
        padded = [edge, edge, *views, edge, edge]
        lows = ["", "", *(word.lower() for word in words), "", ""]
        cased = f"case={_case(words)}"
        return [
            [
                cased,
                f"by={lows[at - 1]}|{lows[at + 1]}",
                f"led={lows[at - 2]}|{lows[at - 1]}",
                f"then={lows[at + 1]}|{lows[at + 2]}",
                *(feature for far in _DISTANCES for feature in padded[at + far][-far]),
            ]
            for at in range(2, len(words) + 2)
        ]

    def _views(self, word: str) -> _Views:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[word] = self._make(word)
        return found

    def _make(self, word: str) -> _Views:
        """Return the word's features at each distance; `views[1]` is how the word after this one sees it."""
        low = word.lower()
        sort = self._lexicon.sort(word) if word[:1].isalpha() else Sort.NONE
        near = [f"w={low}", f"shape={_shape(word)}", *(f"is={one.name}" for one in sort)]
        ends = [f"e3={low[-3:]}", f"e2={low[-2:]}"]
        own = [*near, *ends, f"e4={low[-4:]}", f"b3={low[:3]}", f"long={min(len(low), 9)}"]
        views = {0: tuple(own)}
        for far, seen in ((1, [*near, *ends]), (2, near)):
            views[far] = tuple(f"-{far}{feature}" for feature in seen)
            views[-far] = tuple(f"+{far}{feature}" for feature in seen)
        return views


def _case(words: Sequence[str]) -> str:
    if not any(word[:1].isupper() for word in words):
        return "lower"
    return "mixed" if any(word[:1].islower() for word in words) else "upper"


def _shape(word: str) -> str:
    """Return "X" for capitals, "x" for small letters, "9" for digits, each run once: "Xx-Xx"."""
    signs = ("X" if s.isupper() else "x" if s.isalpha() else "9" if s.isdigit() else s for s in word)
    return _RUN.sub(r"\1", "".join(signs))
