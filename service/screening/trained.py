"""Opens the models that service.screening.training writes."""

import pycrfsuite  # type: ignore[import-untyped]  # ships no types

from service.errors import RulesError


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
