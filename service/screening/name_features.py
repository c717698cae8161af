"""What the name reader sees of each word: the word, its ends, its shape, its lists and its neighbours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.screening.lexicon import Lexicon, Sort

_RUN = re.compile(r"(.)\1+")
_KEPT = 30_000

# In UTF-8, as the reader takes them, since most are read again and again.
Parts = tuple[bytes, ...]
# What the features of two words together begin with: those around, the two before, the two behind.
BY, LED, THEN = b"by=", b"led=", b"then="


@dataclass(frozen=True, slots=True)
class View:
    """A word in small letters, and its features as seen from itself and from the words around.

    `to_next` is how the word after this one sees it, `to_second` the word after that.
    """

    low: bytes
    own: Parts
    to_next: Parts
    to_second: Parts
    to_last: Parts
    to_last_but_one: Parts


class Features:
    """The features of words by one lexicon, with a memory of the words seen."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, View] = {}

    def of(self, words: Sequence[str]) -> list[list[bytes]]:
        """Return the features of each word of a sentence; letter case tells little where all is one case."""
        edge = self.view("")
        views = [edge, edge, *map(self.view, words), edge, edge]
        cased = case_of(words)
        return [
            [
                cased,
                BY + before.low + b"|" + behind.low,
                LED + far_before.low + b"|" + before.low,
                THEN + behind.low + b"|" + far_behind.low,
                *far_before.to_second,
                *before.to_next,
                *word.own,
                *behind.to_last,
                *far_behind.to_last_but_one,
            ]
            for far_before, before, word, behind, far_behind in zip(
                views, views[1:], views[2:], views[3:], views[4:], strict=False
            )
        ]

    def view(self, word: str) -> View:
        """Return the word, or the end of a sentence where it is empty, as it is seen."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[word] = self._make(word)
        return found

    def _make(self, word: str) -> View:
        low = word.lower()
        sort = self._lexicon.sort(word) if word[:1].isalpha() else Sort.NONE
        near = [f"w={low}", f"shape={_shape(word)}", *(f"is={one.name}" for one in sort)]
        ends = [f"e3={low[-3:]}", f"e2={low[-2:]}"]
        own = [*near, *ends, f"e4={low[-4:]}", f"b3={low[:3]}", f"long={min(len(low), 9)}"]
        return View(
            low.encode(),
            _parts("", own),
            _parts("-1", [*near, *ends]),
            _parts("-2", near),
            _parts("+1", [*near, *ends]),
            _parts("+2", near),
        )


def _parts(side: str, features: list[str]) -> Parts:
    return tuple(f"{side}{feature}".encode() for feature in features)


def case_of(words: Sequence[str]) -> bytes:
    """Return the feature that a sentence's letter case gives all its words."""
    if not any(word[:1].isupper() for word in words):
        return b"case=lower"
    return b"case=mixed" if any(word[:1].islower() for word in words) else b"case=upper"


def _shape(word: str) -> str:
    """Return "X" for capitals, "x" for small letters, "9" for digits, each run once: "Xx-Xx"."""
    signs = ("X" if s.isupper() else "x" if s.isalpha() else "9" if s.isdigit() else s for s in word)
    return _RUN.sub(r"\1", "".join(signs))
