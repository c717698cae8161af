"""The place of a finding in words, with the names that quote personal data blotted out."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from service.values import Document, Piece, Zone

_BLOT = "…"
# Six digits or more in a quoted name can be a date of birth, whatever else was found.
_DIGITS = re.compile(r"\d[\d\s.+_-]{4,}\d")


def place_of(piece: Piece, offset: int) -> str:
    """Return where in the mail the piece's text at the offset stands, as finely as the piece tells."""
    index = bisect_right(piece.marks, (offset, "\U0010ffff")) - 1
    return f"{piece.where}!{piece.marks[index][1]}" if index >= 0 else piece.where


def hidden_names(document: Document, found: Iterable[int]) -> tuple[str, ...]:
    """Return the file and sheet names among the pieces `found`, longest first, with their stems."""
    names: set[str] = set()
    for index in found:
        piece = document.pieces[index]
        if piece.zone is Zone.NAME:
            # An archive tells the names of all its files in one piece.
            for name in (piece.text, *piece.text.split("\n")):
                text = name.strip()
                names |= {text, text.rsplit(".", 1)[0], " ".join(text.split())} - {""}
    return tuple(sorted(names, key=len, reverse=True))


def blot(where: str, names: tuple[str, ...]) -> str:
    """Return the place with each of the names, and each long run of digits, replaced."""
    for name in names:
        where = where.replace(name, _BLOT)
    return _DIGITS.sub(_BLOT, where) if names else where
