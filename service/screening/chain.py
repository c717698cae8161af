"""Reads many sentences at once by the weights of a trained chain: the best labels, and how sure each is.

The library's own reader takes a sentence at a time, and all its features as text; taking them in is nine
tenths of its work. Here each word comes with the sum of its weights, and sentences are walked side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]
# Words that stand together in the order they are walked in, and those right behind them in their sentences.
_Step = tuple[slice, slice]


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
        order, steps = _steps(np.asarray(lengths, dtype=np.intp))
        walked = scores[order]
        labels, sure = np.empty(len(order), dtype=np.intp), np.empty(scores.shape)
        labels[order], sure[order] = _best(walked, self.moves, steps), _sure(walked, self.moves, steps)
        return labels, sure


def _steps(lengths: Indices) -> tuple[Indices, list[_Step]]:
    """Return the words' order that has all first words of sentences first, then all second, and the steps."""
    falling = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[falling]
    # How many sentences have one word at least, two, and so on.
    counts = np.bincount(lengths)[::-1].cumsum()[::-1][1:].tolist()
    order = np.concatenate([starts[:count] + step for step, count in enumerate(counts)])
    ends = list(accumulate(counts))
    pairs = zip([0, *ends], ends, counts[1:], strict=False)
    return order, [(slice(begin, begin + count), slice(end, end + count)) for begin, end, count in pairs]


def _best(scores: Numbers, moves: Numbers, steps: list[_Step]) -> Indices:
    """Return the labels that together have the highest score (Viterbi)."""
    best, came = scores.copy(), np.zeros(scores.shape, dtype=np.intp)
    for last, at in steps:
        ways = best[last, :, None] + moves
        ways.argmax(axis=1, out=came[at])
        best[at] += ways.max(axis=1)
    labels: Indices = best.argmax(axis=1)
    rows = np.arange(len(labels))
    for last, at in reversed(steps):
        labels[last] = came[rows[at], labels[at]]
    return labels


def _sure(scores: Numbers, moves: Numbers, steps: list[_Step]) -> Numbers:
    """Return the share that each label of each word has in all ways to label the sentence."""
    own, onward = np.exp(scores - scores.max(axis=1, keepdims=True)), np.exp(moves)
    each = np.ones((len(moves), 1))
    ahead, behind = own.copy(), np.ones(own.shape)
    for last, at in steps:
        ways = (ahead[last] @ onward) * own[at]
        ahead[at] = ways / (ways @ each)
    for last, at in reversed(steps):
        ways = (own[at] * behind[at]) @ onward.T
        behind[last] = ways / (ways @ each)
    ways = ahead * behind
    shares: Numbers = ways / (ways @ each)
    return shares
