"""What a trained model makes of each word of a text; the sums for a word itself are made once and kept."""

from collections.abc import Sequence

import numpy as np

from service.screening.chain import Chain, Indices, Numbers
from service.screening.name_features import BY, LED, THEN, Features, case_of

# How many words are kept, more than are ever asked for at once.
_KEPT = 60_000
# How far behind a word those stand that see it, in the order of its sums: itself, the next, the second ...
_SEEN_FROM = (0, 1, 2, -1, -2)
# What stands on either side of a sentence, so that its first and last words have neighbours, too.
_EDGE = ("", "")


class WordScores:
    """The sums of the weights of words' features, with a memory of the words seen."""

    def __init__(self, features: Features, model: Chain) -> None:
        self._features, self._model = features, model
        self._places: dict[str, int] = {}
        self._sums = np.zeros((_KEPT, len(_SEEN_FROM), len(model.labels)))
        self._by, self._led, self._then = (_pairs(model, begin) for begin in (BY, LED, THEN))

    def of(self, sentences: Sequence[Sequence[str]]) -> Numbers:
        """Return for each word, sentence after sentence, the sum of its features' weights by label."""
        words = [word for sentence in sentences for word in (*_EDGE, *sentence, *_EDGE)]
        lengths = [len(sentence) for sentence in sentences]
        at = np.arange(sum(lengths)) + np.repeat(np.arange(len(lengths)) * 4 + 2, lengths)
        cases = np.array([self._number(case_of(sentence)) for sentence in sentences], dtype=np.intp)
        seen, rows, low = self._seen(words), self._model.rows, [word.lower() for word in words]
        scores = rows[np.repeat(cases, lengths)]
        for side, behind in enumerate(_SEEN_FROM):
            scores += self._sums[seen[at - behind], side]
        for known, first, second in ((self._by, -1, 1), (self._led, -2, -1), (self._then, 1, 2)):
            numbers = self._paired(known, low, second - first)
            scores += rows[numbers[at + first]]
        return scores

    def _seen(self, words: list[str]) -> Indices:
        """Return where the sums of each word are kept."""
        if len(self._places) + len(words) > _KEPT:
            self._places.clear()
        for word in set(words).difference(self._places):
            self._sums[self._places.setdefault(word, len(self._places))] = self._summed(word)
        return np.fromiter(map(self._places.__getitem__, words), np.intp, len(words))

    def _summed(self, word: str) -> list[Numbers]:
        """Return the sums of the word's features as each side sees it, in the order of _SEEN_FROM."""
        view, rows = self._features.view(word), self._model.rows
        sides = (view.own, view.to_next, view.to_second, view.to_last, view.to_last_but_one)
        return [rows[[self._number(feature) for feature in side]].sum(axis=0) for side in sides]

    def _number(self, feature: bytes) -> int:
        return self._model.features.get(feature, -1)

    def _paired(self, known: dict[tuple[str, str], int], low: list[str], apart: int) -> Indices:
        """Return for each word the number of what it makes with the one so far behind."""
        pairs = zip(low, low[apart:], strict=False)
        return np.fromiter((known.get(pair, -1) for pair in pairs), np.intp, len(low) - apart)


def _pairs(model: Chain, begin: bytes) -> dict[tuple[str, str], int]:
    """Return the model's features of two words that begin so, by the words; a bar may itself be one."""
    found: dict[tuple[str, str], int] = {}
    for feature, number in model.features.items():
        if feature.startswith(begin):
            told = feature.removeprefix(begin).decode()
            cuts = (cut for cut, sign in enumerate(told) if sign == "|")
            found |= {(told[:cut], told[cut + 1 :]): number for cut in cuts}
    return found
