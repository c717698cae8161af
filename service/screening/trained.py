"""Opens the models that service.screening.training writes."""

import os
import re
import struct
from pathlib import Path

import numpy as np
import pycrfsuite  # type: ignore[import-untyped]  # ships no types

from service.errors import RulesError
from service.screening.chain import Chain

# One feature of a model's listing; its text may hold line ends.
_LISTED = re.compile(rb"\n +(\d+): (.*?)(?=\n +\d+: |\n\}\n)", re.DOTALL)
# In a model (lCRF, version 1) the weights come first, behind 56 bytes and their count: of a feature for a
# label, and of one label for the next.
_AT_COUNT, _COUNT = 56, struct.Struct("<I")
_WEIGHT = np.dtype([("sort", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _MOVE = 0, 1


def opened(model: bytes, file: str, what: str) -> pycrfsuite.Tagger:
    """Return the reader of a model; RulesError where the bytes of the named file are none.

    The caller keeps `model`: the reader reads these very bytes, and does not own them.
    """
    tagger = pycrfsuite.Tagger()
    try:
        tagger.open_inmemory(model)
    except ValueError as error:
        told = f"är ingen {what}; gör om den med python -m service.screening.training"
        raise RulesError(f"rules/names/{file}: {told}") from error
    return tagger


def chain_of(model: bytes, tagger: pycrfsuite.Tagger) -> Chain:
    """Return the weights of the model that the tagger reads."""
    features = _features_of(tagger)
    labels = tuple(tagger.labels())
    count, start = _COUNT.unpack_from(model, _AT_COUNT)[0], _AT_COUNT + _COUNT.size
    weights = np.frombuffer(model, _WEIGHT, count, start)
    rows = np.zeros((max(features.values(), default=-1) + 2, len(labels)))
    moves = np.zeros((len(labels), len(labels)))
    for sort, table in ((_STATE, rows), (_MOVE, moves)):
        of_sort = weights[weights["sort"] == sort]
        table[of_sort["source"], of_sort["label"]] = of_sort["weight"]
    return Chain(labels, features, rows, moves)


def _features_of(tagger: pycrfsuite.Tagger) -> dict[bytes, int]:
    """Return the number of each feature that the model has weights for.

    The library tells them in a file only, which is kept in memory.
    """
    file = os.memfd_create("features")
    try:
        path = f"/proc/self/fd/{file}"
        tagger.dump(path)
        listing = Path(path).read_bytes()
    finally:
        os.close(file)
    begin = listing.index(b"ATTRIBUTES = {")
    listed = _LISTED.findall(listing, begin, listing.index(b"TRANSITIONS = {", begin))
    return {feature: int(number) for number, feature in listed}
