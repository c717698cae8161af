"""What others find in the same texts: Presidio's own Swedish recognizer, and Purview's documented pattern."""

import re
from functools import cache

from presidio_analyzer.predefined_recognizers import SePersonnummerRecognizer

from service.screening.digits import luhn_holds

PURVIEW = re.compile(r"\b(?:\d{2})?(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[-+]?(\d{4})\b")
"""Microsoft Learn, "Sweden national ID": two digits (optional), YYMMDD, - or + (optional), four digits."""


@cache
def _recognizer() -> SePersonnummerRecognizer:
    return SePersonnummerRecognizer()


def presidio(text: str) -> bool:
    """Return whether SE_PERSONNUMMER is found, at whatever score."""
    return bool(_recognizer().analyze(text, ["SE_PERSONNUMMER"]))


def purview(text: str) -> bool:
    """Return whether the documented pattern and its checksum hold somewhere."""
    return any(luhn_holds("".join(found.groups())) for found in PURVIEW.finditer(text))
