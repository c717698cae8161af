"""Folds the many ways of writing the same thing into one, and keeps the way back to the text as it stood.

What is folded: HTML entities, invisible characters, dashes, spaces, line ends, digits of every script,
compatibility forms (NFKC) and combining marks.
"""

import html
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_ENTITY = r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
# All that may need folding; the rest is copied as it stands.
_SPECIAL = re.compile(rf"{_ENTITY}|[^\t\n\x20-\x25\x27-\x7eÅÄÖåäöÉéÜü]")
# Dashes that Unicode does not call dashes: minus sign, hyphen bullet, box drawing.
_DASHES = frozenset("\u2212\u2043\u2500\u2501\u02d7\u06d4")
_DOTS = frozenset("\u00b7\u2219\u22c5\u2027\u30fb\u2024\u3002")
_SLASHES = frozenset("\u2044\u2215\u29f8")
_PLUSES = frozenset("\u2795\ufb29")
# Letters and symbols that show nothing, beside the format characters (Cf).
_BLANK = frozenset("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5")
_LINE_ENDS = frozenset("\x0b\x0c\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `at` are offsets in it, rising; from each on, `shift` leads to the original."""

    text: str
    at: Sequence[int]
    shift: Sequence[int]

    def original(self, offset: int) -> int:
        """Return where in the original text the folded text's `offset` lies."""
        index = bisect_right(self.at, offset) - 1
        place = offset + self.shift[index]
        if index + 1 == len(self.at):
            return place
        # Inside a sign that became several, all of them lead to its end.
        return min(place, self.at[index + 1] + self.shift[index + 1])

    def after(self, first: "Folded") -> "Folded":
        """Return this text with the way back through `first`, whose text this one was folded from."""
        at = range(len(self.text) + 1)
        return Folded(self.text, at, array("q", [first.original(self.original(o)) - o for o in at]))


def rewritten(text: str, matches: Iterable[re.Match[str]], write: Callable[[re.Match[str]], str]) -> Folded:
    """Return the text with each of its matches, in order, written anew, and the way back."""
    at, shift = array("q", [0]), array("q", [0])
    out: list[str] = []
    length = done = 0
    for match in matches:
        written = write(match)
        out += [text[done : match.start()], written]
        length += match.start() - done + len(written)
        done = match.end()
        at.append(length)
        shift.append(done - length)
    return Folded("".join([*out, text[done:]]), at, shift)


def fold(text: str) -> Folded:
    """Return the text folded, in time linear in its length."""
    at, shift = array("q", [0]), array("q", [0])
    out: list[str] = []
    length = done = 0
    for match in _SPECIAL.finditer(text):
        out.append(text[done : match.start()])
        length += match.start() - done
        done = match.end()
        before = length
        for sign in _unescape(match.group()):
            length += _add(out, sign, text, done)
        if length - before != done - match.start():
            at.append(length)
            shift.append(done - length)
    out.append(text[done:])
    return Folded("".join(out), at, shift)


def _unescape(found: str) -> str:
    return html.unescape(found) if len(found) > 1 else found


def _add(out: list[str], sign: str, text: str, after: int) -> int:
    """Append the folded sign; return by how many characters the text grew."""
    if sign == "\r":
        folded = "" if text[after : after + 1] == "\n" else "\n"
    elif unicodedata.combining(sign):
        _compose(out, sign)
        return 0
    else:
        folded = _fold_sign(sign)
    out.append(folded)
    return len(folded)


def _compose(out: list[str], mark: str) -> None:
    """Join the mark to the sign before it; a mark that joins nothing (a strike-through) is dropped."""
    while out and not out[-1]:
        out.pop()
    if not out:
        return
    joined = unicodedata.normalize("NFC", out[-1][-1] + mark)
    if len(joined) == 1:
        out[-1:] = [out[-1][:-1], joined]


@lru_cache(maxsize=4096)
def _fold_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _LINE_ENDS:
        return "\n"
    if category in ("Cf", "Cc", "Co", "Cs", "Cn", "Me", "Mn") or sign in _BLANK:
        return sign if sign in "\t\n" else ""
    if category == "Nd":
        return str(unicodedata.digit(sign))
    for signs, plain in ((_DASHES, "-"), (_DOTS, "."), (_SLASHES, "/"), (_PLUSES, "+")):
        if sign in signs:
            return plain
    if category == "Pd":
        return "-"
    if category == "Zs" or sign == "\u2800":
        return " "
    return _compatible(sign)


def _compatible(sign: str) -> str:
    """Return the sign's compatibility form; an accent standing alone would become a space, so it stays."""
    plain = unicodedata.normalize("NFKC", sign)
    if plain == sign or plain[:1] == " ":
        return sign
    return "".join(map(_fold_sign, plain))
