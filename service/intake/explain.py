"""A judgement beside what was found for each of its reasons, for the person who tries the rules on a file.

The child shows only the shape of what was found, or the text itself where a person at a terminal asked.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter

from service.intake.judge import BRIEF, Judge, Tell, blotted, briefed
from service.limits import Limits
from service.reading.mime import read
from service.screening.place import hidden_names
from service.values import Document, Judgement, Paragraphs, Reason, Table

_LONGEST_SHAPE = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Explained:
    """A judgement; `found` holds for each of its reasons what was found, if anything was.

    `rows` are the mail's own lines that an order line or a doubt stands in, by their places; none where
    anything was found, since it could stand there.
    """

    judgement: Judgement
    found: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, str], ...] = ()


EXPLAINED = TypeAdapter(Explained)


def shape(text: str) -> str:
    """Return what a found text looks like and nothing that it says: "pnr 420312-2389" is "x… 999999-9999".

    Not even first letters stand, since initials are personal data too, nor how long a name is.
    """
    plain = " ".join(text.split())[:_LONGEST_SHAPE]
    digits = _DIGIT.sub("9", plain)
    return _LETTERS.sub(lambda word: "X…" if word[0][0].isupper() else "x…", digits)


def explain(judge: Judge, raw: bytes, limits: Limits, show: Callable[[str], str]) -> Explained:
    """Return the judgement with each found text as `show` shows it."""
    judgement, document = judge.judge(raw), read(raw, limits)
    names = hidden_names(document, {finding.piece for finding in judgement.findings})
    found: dict[Reason, dict[str, None]] = {}
    for finding in judgement.findings:
        text = document.pieces[finding.piece].text[finding.start : finding.end]
        found.setdefault(blotted(finding.reason, names), {})[show(text)] = None
    rows = () if judgement.findings else tuple(_rows(document, judgement))
    return Explained(judgement, tuple(tuple(found.get(reason, ())) for reason in judgement.reasons), rows)


def _rows(document: Document, judgement: Judgement) -> Iterator[tuple[str, str]]:
    """Yield each place that the orders and doubts name, with the mail's line that stands there."""
    lines = (line.where for order in judgement.orders for line in order.lines)
    for where in dict.fromkeys((*lines, *(reason.where for reason in judgement.reasons))):
        source, _, row = where.rpartition(", rad ")
        texts = [_lines(block) for block in document.blocks if block.where == source]
        held = next((text[int(row) - 1] for text in texts if row.isdigit() and int(row) <= len(text)), "")
        if held.strip():
            yield where, held.strip()


def _lines(block: Paragraphs | Table) -> list[str]:
    if isinstance(block, Paragraphs):
        return block.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [" | ".join(filter(None, row)) for row in block.rows]


def unexplained(judgement: Judgement) -> Explained:
    """Return the judgement on a mail that nothing was found in, because it could not be read."""
    return Explained(judgement, ((),) * len(judgement.reasons))


def build_shapes(brief: bytes) -> Callable[[bytes, Tell], bytes]:
    """Build the function that explains a mail without any text of it leaving the child."""
    return _build(brief, shape)


def build_texts(brief: bytes) -> Callable[[bytes, Tell], bytes]:
    """Build the function that explains a mail with the found texts as they stand."""
    return _build(brief, str)


def _build(brief: bytes, show: Callable[[str], str]) -> Callable[[bytes, Tell], bytes]:
    judge, limits = briefed(brief), BRIEF.validate_json(brief).limits
    return lambda raw, _tell: EXPLAINED.dump_json(explain(judge, raw, limits, show))
