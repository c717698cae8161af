"""Cuts a text into statements: one list row, or one sentence of prose whose wrapped lines are joined."""

import re
from dataclasses import dataclass

from service.ordering.lines import BULLET

_SENTENCE = re.compile(
    r"(?<=[a-zåäö0-9)\"”][.!?…])(?<!\bart\.)(?<!\bnr\.)(?<!\bst\.)(?<!\bca\.)(?<!\bstk\.)(?<!\bförp\.)(?<!\bbl\.a\.)(?<!\binkl\.)(?<!\bexkl\.)(?<!\bavd\.)(?<!\bresp\.)(?<!\bv\.)(?<!\bkl\.)[ \u00a0]+(?=[A-ZÅÄÖa-zåäö0-9(])"
)
_LOWER = re.compile(r"\s*[a-zåäö(]")
WRAPPED = 55
"""A line at least this long that goes on in lower case on the next was broken by a mail program."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of text to be read for order lines; `line` counts from 0, `start` from the text's beginning."""

    text: str
    line: int
    start: int
    in_list: bool
    bulleted: bool = False


def statements(lines: list[str], taken: frozenset[int]) -> list[Statement]:
    """Return the statements of the lines that no table has taken."""
    found: list[Statement] = []
    offsets = _offsets(lines)
    at = 0
    while at < len(lines):
        if at in taken or not lines[at].strip():
            at += 1
            continue
        first, text = at, lines[at]
        while _goes_on(lines, at, taken):
            at += 1
            text += " " + lines[at].strip()
        found.extend(_split(text, first, offsets[first]))
        at += 1
    return found


def _offsets(lines: list[str]) -> list[int]:
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    return offsets


def _goes_on(lines: list[str], at: int, taken: frozenset[int]) -> bool:
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if at + 1 in taken or not after.strip() or BULLET.match(after):
        return False
    line = lines[at].rstrip()
    if len(line) >= WRAPPED and _LOWER.match(after) and not line.endswith((":", ".", "!", "?")):
        return not after.startswith("  ")
    return (
        line.lower().endswith((" och", " samt", " av", " till", " med")) and _LOWER.match(after) is not None
    )


def _split(text: str, line: int, start: int) -> list[Statement]:
    bullet = BULLET.match(text)
    in_list = looks_like_row(text)
    skip = bullet.end() if bullet else 0
    if in_list:
        return (
            [Statement(text[skip:].strip(), line, start + skip, True, bullet is not None)]
            if text[skip:].strip()
            else []
        )
    parts, at = [], skip
    for match in _SENTENCE.finditer(text, skip):
        parts.append(Statement(text[at : match.start()], line, start + at, False))
        at = match.end()
    parts.append(Statement(text[at:], line, start + at, False))
    return [p for p in parts if p.text.strip()]


_PROSE = re.compile(
    r"\b(?:vi|jag|ni|han|hon|man|kan|ska|skall|skulle|vill|behöver|behövs|beställer|önskar|önskas|skicka|skickar|flytta|flyttas|fylla|fyll|finns|har|är|tar|blir|får|"
    r"levereras|gärna|tack|hej|som|att|när|då|på|till|från|ta|be|köpa|saknar|alla|enligt)\b",
    re.IGNORECASE,
)


def looks_like_row(text: str) -> bool:
    """Whether the line is a row of a list (what, how many) rather than a sentence."""
    bullet = BULLET.match(text)
    body = text[bullet.end() :] if bullet else text
    if len(body) > 160:
        return False
    if re.search(r":\s*\d{1,3}(?:\s?st\.?)?\s*$", body):
        return True
    words = _PROSE.findall(re.sub(r"\bmed\b", "", body))
    starts = re.match(
        r"\s*(?:\d{5,8}\b|\d{1,4}(?:\s?(?:st\b|x\b|\*|par\b)|\s+[A-ZÅÄÖa-zåäö])|(?i:art))", body
    )
    verbs = [
        w
        for w in words
        if w.lower() not in ("på", "till", "från", "som", "när", "är", "har", "alla", "enligt")
    ]
    if (bullet or starts) and not verbs:
        return True
    return not words
