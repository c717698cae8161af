"""Cuts the text of one statement into tokens, each with the one part it can play in an order line."""

import re
from dataclasses import dataclass
from enum import StrEnum

from service.ordering.patterns import lexer_pattern
from service.rules.ordering import OrderingRules

MAX_STATEMENT = 4_000
"""Characters of one statement that are looked at; what lies beyond is kept as left over."""


class Role(StrEnum):
    """The part a token plays."""

    ARTICLE = "article"
    QUANTITY = "quantity"
    EACH = "each"
    SAME = "same"
    RANGE = "range"
    NUMBER = "number"
    MEASURE = "measure"
    ASIDE = "aside"
    CLASS = "class"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A run of the statement's text from `start` to `end`, with the quantity or number it holds."""

    text: str
    start: int
    end: int
    role: Role
    value: float = 0.0
    unit: str = ""
    article: str = ""


_ROLES = {
    "same": Role.SAME,
    "range": Role.RANGE,
    "span": Role.RANGE,
    "measure": Role.MEASURE,
    "load": Role.MEASURE,
    "included": Role.MEASURE,
    "device_class": Role.CLASS,
    "word": Role.WORD,
    "compound": Role.WORD,
    "clipped": Role.WORD,
    "sign": Role.SIGN,
    "leader": Role.SIGN,
}
_QUANTITIES = frozenset(("counted", "bracketed", "labelled_quantity", "times", "times_after"))


class Lexer:
    """Reads statements by the measures, number words and reference words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._units = {s: unit for unit, spellings in rules.units.units.items() for s in spellings}
        self._dozens, self._numbers = rules.units.dozens, rules.units.numbers
        self._paired = rules.units.paired
        self._pattern = lexer_pattern(rules)

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of `text` in order; every character that is not a space lies in one of them."""
        found = [self._token(match, text) for match in self._pattern.finditer(text[:MAX_STATEMENT])]
        if text[MAX_STATEMENT:].strip():
            found.append(Token(text[MAX_STATEMENT:], MAX_STATEMENT, len(text), Role.ASIDE))
        return tuple(found)

    def _token(self, match: re.Match[str], text: str) -> Token:
        name = match.lastgroup or "sign"
        span = (match[0], match.start(), match.end())
        if name == "labelled":
            return Token(*span, Role.ARTICLE, article=re.sub(r"[ \u00a0]", "", match["labelled_a"]))
        if name == "suffixed":
            return Token(*span, Role.ARTICLE, article=match[0])
        if name == "digits":
            return _digits(span)
        if name == "number_word":
            return _counted(span, Role.NUMBER, self._number(match[0]), "")
        if name == "each":
            return _counted(span, Role.EACH, self._number(match["each_n"]), "st")
        if name == "dozen":
            return _counted(span, Role.QUANTITY, self._dozen(match), "st")
        if name in _QUANTITIES:
            return self._quantity(name, match, text)
        return Token(*span, _ROLES.get(name, Role.ASIDE))

    def _quantity(self, name: str, match: re.Match[str], text: str) -> Token:
        span = (match[0], match.start(), match.end())
        part = match.groupdict()
        number = part[f"{name}_n"] or ""
        unit = self._units.get(_one_space(part.get(f"{name}_u") or ""), "st")
        if unit == "par" and number.lower() == "ett" and not self._comes_in_pairs(text[match.end() :]):
            return Token(*span, Role.RANGE)
        return _counted(span, Role.QUANTITY, self._number(number), unit)

    def _dozen(self, match: re.Match[str]) -> float | None:
        many = self._number(match["dozen_n"] or "1")
        size = self._dozens.get(_one_space(match["dozen_w"]))
        return None if many is None or size is None else many * size

    def _number(self, text: str) -> float | None:
        """Return the number that a word or digits stand for, or None."""
        word = text.strip().lower()
        if word in self._numbers:
            return float(self._numbers[word])
        try:
            return float(re.sub(r"[ \u00a0]", "", word).replace(",", "."))
        except ValueError:
            return None

    def _comes_in_pairs(self, after: str) -> bool:
        """Whether the thing named next comes in pairs; of anything else "ett par" is some, not two."""
        words = re.findall(r"[^\W\d_]+", after[:60].lower())[:2]
        return any(stem in word for word in words for stem in self._paired)


def _counted(span: tuple[str, int, int], role: Role, value: float | None, unit: str) -> Token:
    """Return the token of a number; one in letters that only look Swedish is for a person to read."""
    return Token(*span, Role.RANGE) if value is None else Token(*span, role, value, unit)


def _digits(span: tuple[str, int, int]) -> Token:
    """5–8 digits are an article number, up to 4 a number that may be a quantity."""
    if 5 <= len(span[0]) <= 8:
        return Token(*span, Role.ARTICLE, article=span[0])
    return Token(*span, Role.NUMBER, float(span[0]) if len(span[0]) < 5 else 0.0)


def _one_space(text: str) -> str:
    return " ".join(text.lower().split())
