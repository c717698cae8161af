"""Cuts a text into statements: one list row, or one sentence of prose whose wrapped lines are joined."""

import re
from dataclasses import dataclass
from itertools import accumulate

BULLET = re.compile(
    r"\s*(?:[-*•–·▪+>]|o(?= {2})|\(?\d{1,2}[.)](?=\s)|[a-zA-Z][)](?=\s)"
    r"|(?i:rad|pos)\.? ?\d{1,2}[:.]?(?=\s))\s*"
)
_SHORTENED = ("art", "nr", "st", "ca", "stk", "förp", "bl.a", "inkl", "exkl", "avd", "resp", "v", "kl")
_SENTENCE = re.compile(
    r"(?<=[a-zåäö0-9)\"”][.!?…])"
    + "".join(rf"(?<!\b{re.escape(word)}\.)" for word in _SHORTENED)
    + r"[ \u00a0]+(?=[A-ZÅÄÖa-zåäö0-9(])"
)
_LOWER = re.compile(r"\s*[a-zåäö(]")
_PROSE = re.compile(
    r"\b(?:vi|jag|ni|han|hon|man|kan|ska|skall|skulle|vill|behöver|behövs|beställer|önskar|önskas|skicka"
    r"|skickar|flytta|flyttas|fylla|fyll|finns|har|är|tar|blir|får|levereras|gärna|tack|hej|som|att|när|då|på|till|från"
    r"|ta|be|köpa|saknar|alla|enligt)\b",
    re.IGNORECASE,
)
_ALSO_IN_ROWS = frozenset(("på", "till", "från", "som", "när", "är", "har", "alla", "enligt"))
_ROW_BEGINS = re.compile(
    r"\s*(?:\d{5,8}\b|\d{1,4}(?:\s?(?:st\b|x\b|\*|par\b)|\s+[A-ZÅÄÖa-zåäö])|(?i:art))",
)
_COUNT_ENDS = re.compile(r":\s*\d{1,3}(?:\s?st\.?)?\s*$")
WRAPPED = 55
"""A line at least this long that goes on in lower case on the next was broken by a mail program."""
MAX_ROW = 160
"""Characters of the longest line that is read as a list row."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch of text to be read for order lines; `line` counts from 0, `start` from the text's start."""

    text: str
    line: int
    start: int
    in_list: bool
    bulleted: bool = False


def statements(lines: list[str], taken: frozenset[int]) -> list[Statement]:
    """Return the statements of the lines that no table has taken."""
    found: list[Statement] = []
    offsets = line_starts(lines)
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


def line_starts(lines: list[str]) -> list[int]:
    """Return where each line begins in the text that the lines make up."""
    return [0, *accumulate(len(line) + 1 for line in lines)]


def looks_like_row(text: str) -> bool:
    """Whether the line is a row of a list (what, how many) rather than a sentence."""
    bullet = BULLET.match(text)
    body = text[bullet.end() :] if bullet else text
    if len(body) > MAX_ROW:
        return False
    if _COUNT_ENDS.search(body):
        return True
    words = [word.lower() for word in _PROSE.findall(body)]
    if bullet or _ROW_BEGINS.match(body):
        return all(word in _ALSO_IN_ROWS for word in words)
    return not words


def _goes_on(lines: list[str], at: int, taken: frozenset[int]) -> bool:
    """Whether the line after `at` belongs to the same sentence."""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if at + 1 in taken or not after.strip() or BULLET.match(after):
        return False
    line = lines[at].rstrip()
    if len(line) >= WRAPPED and _LOWER.match(after) and not line.endswith((":", ".", "!", "?")):
        return not after.startswith("  ")
    open_ended = line.lower().endswith((" och", " samt", " av", " till", " med"))
    return open_ended and _LOWER.match(after) is not None


def _split(text: str, line: int, start: int) -> list[Statement]:
    bullet = BULLET.match(text)
    skip = bullet.end() if bullet else 0
    if looks_like_row(text):
        body = text[skip:].strip()
        return [Statement(body, line, start + skip, True, bullet is not None)] if body else []
    ends = [*_SENTENCE.finditer(text, skip)]
    firsts = [skip, *(match.end() for match in ends)]
    lasts = [*(match.start() for match in ends), len(text)]
    parts = (text[a:b] for a, b in zip(firsts, lasts, strict=True))
    return [
        Statement(part, line, start + at, False)
        for part, at in zip(parts, firsts, strict=True)
        if part.strip()
    ]
