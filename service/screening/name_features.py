"""What the name reader sees of each word: the word, its ends, its shape, its lists and its neighbours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.screening.lexicon import Lexicon, Sort

_RUN = re.compile(r"(.)\1+")
_KEPT = 30_000

# In UTF-8, as the reader takes them, since most are read again and again.
_Parts = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """A word in small letters, and its features as seen from itself and from the words around.

    `to_next` is how the word after this one sees it, `to_second` the word after that.
    """

    low: bytes
    own: _Parts
    to_next: _Parts
    to_second: _Parts
    to_last: _Parts
    to_last_but_one: _Parts


class Features:
    """The features of words by one lexicon, with a memory of the words seen.

    `useful` are those that a trained model knows: a word's others are left out, since looking them up in vain
    takes as long as reading. All are given where it is None, for training.
    """

    def __init__(self, lexicon: Lexicon, useful: frozenset[bytes] | None = None) -> None:
        self._lexicon = lexicon
        self._useful = useful
        self._known: dict[str, _View] = {}

    def of(self, words: Sequence[str]) -> list[list[bytes]]:
        """Return the features of each word of a sentence; letter case tells little where all is one case."""
        edge = self._view("")
        views = [edge, edge, *map(self._view, words), edge, edge]
        cased = b"case=" + _case(words)
        return [
            [
                cased,
                b"by=" + before.low + b"|" + behind.low,
                b"led=" + far_before.low + b"|" + before.low,
                b"then=" + behind.low + b"|" + far_behind.low,
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

    def _view(self, word: str) -> _View:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[word] = self._make(word)
        return found

    def _make(self, word: str) -> _View:
        low = word.lower()
        sort = self._lexicon.sort(word) if word[:1].isalpha() else Sort.NONE
        near = [f"w={low}", f"shape={_shape(word)}", *(f"is={one.name}" for one in sort)]
        ends = [f"e3={low[-3:]}", f"e2={low[-2:]}"]
        own = [*near, *ends, f"e4={low[-4:]}", f"b3={low[:3]}", f"long={min(len(low), 9)}"]
        return _View(
            low.encode(),
            self._parts("", own),
            self._parts("-1", [*near, *ends]),
            self._parts("-2", near),
            self._parts("+1", [*near, *ends]),
            self._parts("+2", near),
        )

    def _parts(self, side: str, features: list[str]) -> _Parts:
        parts = (f"{side}{feature}".encode() for feature in features)
        return tuple(part for part in parts if self._useful is None or part in self._useful)


def _case(words: Sequence[str]) -> bytes:
    if not any(word[:1].isupper() for word in words):
        return b"lower"
    return b"mixed" if any(word[:1].islower() for word in words) else b"upper"


def _shape(word: str) -> str:
    """Return "X" for capitals, "x" for small letters, "9" for digits, each run once: "Xx-Xx"."""
    signs = ("X" if s.isupper() else "x" if s.isalpha() else "9" if s.isdigit() else s for s in word)
    return _RUN.sub(r"\1", "".join(signs))
