"""Cuts a text into the words and signs that the name reader reads, sentence by sentence."""

import re
from collections.abc import Iterator

# A word, a number, the end of a line, or any other sign by itself.
TOKEN = re.compile(r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*|\d+(?:[.,:/-]\d+)*|\n|[^\s\w]")
# An abbreviation's full stop ("pat.", "avd.") ends nothing: its word is short.
_END = re.compile(
    r"[!?.\n\ue000](?:(?<=[!?])(?=\s)|(?<=[^\W\d_]{5}\.)(?=\s)|(?<=\n)[ \t>]*\n|(?<=\ue000)\n?)"
)
# In tokens: a table of a thousand rows is read in parts.
_LONGEST = 120

Tokens = list[re.Match[str]]


def sentences(text: str) -> Iterator[Tokens]:
    """Yield the tokens of each sentence in turn, at most 120 at a time."""
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        tokens = list(TOKEN.finditer(text, start, end))
        for first in range(0, len(tokens), _LONGEST):
            yield tokens[first : first + _LONGEST]
        start = end
