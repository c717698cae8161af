"""Opens the models that service.screening.training writes."""

import os
import re
from pathlib import Path

import pycrfsuite  # type: ignore[import-untyped]  # ships no types

from service.errors import RulesError

# One feature of a model's listing; its text may hold line ends.
_LISTED = re.compile(rb"\n +\d+: (.*?)(?=\n +\d+: |\n\}\n)", re.DOTALL)


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


def features_of(tagger: pycrfsuite.Tagger) -> frozenset[bytes]:
    """Return the features that the model has a weight for; no other changes what it says.

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
    return frozenset(_LISTED.findall(listing, begin, listing.index(b"TRANSITIONS = {", begin)))
