"""Reads many sentences at once by the weights of a trained chain: the best labels, and how sure each is.

The library's own reader takes a sentence at a time, and all its features as text; taking them in is nine
tenths of its work. Here each word comes with the sum of its weights, and sentences are walked side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Chain:
    """A trained model's weights.

    `rows[features[one]]` are those of a feature, by label; the last row is naught, for a feature without any.
    `moves` are those from each label to the next word's.
    """

    labels: tuple[str, ...]
    features: Mapping[bytes, int]
    rows: Numbers
    moves: Numbers

    def read(self, scores: Numbers, lengths: Sequence[int]) -> tuple[Indices, Numbers]:
        """Return the label of each word, and how sure each label is of it: 0 to 1.

        `scores` has a row for each word, the sum of its features' rows, sentence after sentence; `lengths`
        are how many words each sentence has, one at least.
        """
        steps = _steps(np.asarray(lengths, dtype=np.intp))
        return _best(scores, self.moves, steps), _sure(scores, self.moves, steps)


def _steps(lengths: Indices) -> list[Indices]:
    """Return which words are the second of a sentence, which the third, and so on, in the same order."""
    order = np.argsort(-lengths, kind="stable")
    starts, falling = (np.cumsum(lengths) - lengths)[order], lengths[order]
    longest = int(falling[0]) if len(falling) else 0
    return [starts[: np.count_nonzero(falling > step)] + step for step in range(1, longest)]


def _best(scores: Numbers, moves: Numbers, steps: list[Indices]) -> Indices:
    """Return the labels that together have the highest score (Viterbi)."""
    best, came = scores.copy(), np.zeros(scores.shape, dtype=np.intp)
    for at in steps:
        ways = best[at - 1][:, :, None] + moves
        came[at] = ways.argmax(axis=1)
        best[at] += ways.max(axis=1)
    labels: Indices = best.argmax(axis=1)
    for at in reversed(steps):
        labels[at - 1] = came[at, labels[at]]
    return labels


def _sure(scores: Numbers, moves: Numbers, steps: list[Indices]) -> Numbers:
    """Return the share that each label of each word has in all ways to label the sentence."""
    own, onward = np.exp(scores - scores.max(axis=1, keepdims=True, initial=0.0)), np.exp(moves)
    ahead, behind = own.copy(), np.ones(own.shape)
    for at in steps:
        ahead[at] = _shares(ahead[at - 1] @ onward * own[at])
    for at in reversed(steps):
        behind[at - 1] = _shares((own[at] * behind[at]) @ onward.T)
    return _shares(ahead * behind)


def _shares(rows: Numbers) -> Numbers:
    """Return each row divided by its sum."""
    shares: Numbers = rows / rows.sum(axis=1, keepdims=True)
    return shares
