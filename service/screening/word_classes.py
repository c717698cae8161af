"""What sort of thing a word stands for: a part of the body, an aid, an occupation."""

from collections.abc import Mapping, Set
from functools import lru_cache

_KEPT = 30_000
# The last part of a compound is of so many letters at least: "sänghäst" is no "häst" by chance, but "is" is.
_SHORTEST = 4


class WordClasses:
    """The classes of rules/names/classes/, by the dictionary forms that they list."""

    def __init__(self, listed: Mapping[str, Set[str]]) -> None:
        self._classes = {word: name for name in sorted(listed) for word in sorted(listed[name])}
        self._longest = max(map(len, self._classes), default=0)
        self.of = lru_cache(_KEPT)(self._of)

    def _of(self, word: str, lemma: str) -> str:
        """Return the class of a word in lower case, or of its dictionary form ("" where it has none).

        A compound is of its last part's class. Empty where no list has either.
        """
        forms = (word, lemma) if lemma else (word,)
        whole = next((self._classes[form] for form in forms if form in self._classes), "")
        return whole or next((found for form in forms[::-1] if (found := self._last_part(form))), "")

    def _last_part(self, word: str) -> str:
        begins = range(max(1, len(word) - self._longest), len(word) - _SHORTEST + 1)
        parts = (word[begin:] for begin in begins)
        return next((self._classes[part] for part in parts if part in self._classes), "")
