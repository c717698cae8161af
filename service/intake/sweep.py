"""Lists what was read of a mail, for whoever must know whether a part was: places and shapes, no text."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter

from service.intake.judge import BRIEF, Tell
from service.reading.mime import read
from service.values import Document, Judgement

_SHOWN = 60
"""Signs of each piece's shape: enough to tell a sheet from a letter."""

_DIGITS = re.compile(r"\d(?:[\d\s.+_-]*\d){3,}")


@dataclass(frozen=True, slots=True)
class Swept:
    """(place, length, shape of the first signs) of each piece, and (place, why) of what was not read."""

    pieces: tuple[tuple[str, int, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


SWEPT = TypeAdapter(Swept)


def build_sweep(brief: bytes) -> Callable[[bytes, Tell], bytes]:
    """Build the function that lists a mail's pieces; their text stays in the child."""
    limits = BRIEF.validate_json(brief).limits
    return lambda raw, _tell: SWEPT.dump_json(swept(read(raw, limits)))


def swept(document: Document) -> Swept:
    """Return the document's pieces by place, length and shape."""
    return Swept(
        tuple((_blotted(p.where), len(p.text), shape(p.text[:_SHOWN])) for p in document.pieces),
        tuple((_blotted(u.where), u.text) for u in document.unread),
    )


def unswept(judgement: Judgement) -> Swept:
    """Return what can be told of a mail that broke its child."""
    return Swept((), tuple((reason.where, reason.text) for reason in judgement.reasons))


def shape(text: str) -> str:
    """Return the text with x for each letter and 9 for each digit, on one line."""
    masked = "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in text)
    return " ".join(masked.split())


def _blotted(where: str) -> str:
    return _DIGITS.sub("…", where)
