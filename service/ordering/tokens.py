"""Cuts the text of one statement into tokens, each with the one part it can play in an order line."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from service.rules.ordering import OrderingRules

MAX_STATEMENT = 4_000
"""Characters of one statement that are looked at; what lies beyond is kept as left over."""


class Role(StrEnum):
    """The part a token plays."""

    ARTICLE = "article"
    QUANTITY = "quantity"
    EACH = "each"
    RANGE = "range"
    NUMBER = "number"
    MEASURE = "measure"
    ASIDE = "aside"
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


def _either(words: list[str]) -> str:
    """One alternative of a pattern, the longest word first so that no prefix hides it."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


class Lexer:
    """Reads statements by the measures, number words and reference words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._units = {s: unit for unit, spellings in rules.units.units.items() for s in spellings}
        self._dozens, self._numbers = rules.units.dozens, rules.units.numbers
        self._paired = rules.units.paired
        self._pattern = _pattern(
            _either(list(self._units)),
            _either(list(self._numbers)),
            _either(list(self._dozens)),
            _either(list(rules.words.references)),
        )

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of `text` in order; every character that is not a space lies in one of them."""
        found = []
        for match in self._pattern.finditer(text[:MAX_STATEMENT]):
            name = match.lastgroup or "sign"
            found.append(self._token(name, match, text))
        if text[MAX_STATEMENT:].strip():
            found.append(Token(text[MAX_STATEMENT:], MAX_STATEMENT, len(text), Role.ASIDE))
        return tuple(found)

    def number(self, text: str) -> float | None:
        """Return the number that a word, digits or a dozen stands for, or None."""
        word = text.strip().lower()
        if word in self._numbers:
            return float(self._numbers[word])
        try:
            return float(word.replace(",", "."))
        except ValueError:
            return None

    def _token(self, name: str, match: re.Match[str], text: str) -> Token:
        span = (match[0], match.start(), match.end())
        part = match.groupdict()
        if name == "labelled":
            return Token(*span, Role.ARTICLE, article=re.sub(r"[ \u00a0]", "", part["art"]))
        if name == "dozen":
            many = self.number(part["dz_n"] or "1") or 1
            return Token(*span, Role.QUANTITY, many * self._dozens[_one_space(part["dz_w"])], "st")
        if name == "each":
            return Token(*span, Role.EACH, self.number(part["each_n"]) or 1, "st")
        if name in ("counted", "bracketed", "labelled_quantity", "times", "times_after"):
            return self._quantity(name, span, part, text)
        if name == "suffixed":
            return Token(*span, Role.ARTICLE, article=match[0])
        if name == "digits":
            return _digits(span)
        if name == "number_word":
            return Token(*span, Role.NUMBER, self.number(match[0]) or 1)
        roles = {"range": Role.RANGE, "measure": Role.MEASURE, "word": Role.WORD, "sign": Role.SIGN}
        return Token(*span, roles.get(name, Role.ASIDE))

    def _quantity(
        self, name: str, span: tuple[str, int, int], part: dict[str, str | None], text: str
    ) -> Token:
        number = {
            "counted": "c_n",
            "bracketed": "b_n",
            "labelled_quantity": "q_n",
            "times": "t_n",
            "times_after": "ta_n",
        }[name]
        spelled = part["c_u"] or part["b_u"] or part["q_u"] or ""
        unit = self._units.get(_one_space(spelled), "st")
        value = self.number(part[number] or "") or 0.0
        if (
            unit == "par"
            and (part[number] or "").lower() == "ett"
            and not self._comes_in_pairs(text[span[2] :])
        ):
            return Token(*span, Role.RANGE)
        return Token(*span, Role.QUANTITY, value, unit)

    def _comes_in_pairs(self, after: str) -> bool:
        words = re.findall(r"[^\W\d_]+", after[:60].lower())[:2]
        return any(stem in word for word in words for stem in self._paired)


@lru_cache(maxsize=4)
def _pattern(units: str, numbers: str, dozens: str, references: str) -> re.Pattern[str]:
    """The lexer's pattern. Every repeat is bounded or over one class, so that it runs in linear time."""
    day = r"(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:en)?)?\.?"
    month = r"(?:jan(?:uari?)?|feb(?:ruari?)?|mars|apr(?:il)?|maj|jun[i]?|jul[i]?|aug(?:usti)?|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
    s = r"[ \u00a0]"
    return re.compile(
        rf"""(?ix)
      (?P<phone>(?:\+46|\b0)\(?\d{{1,3}}\)?{s}?[-–/]{s}?\d[\d {chr(160)}]{{3,12}}\d\b|\b0\d{{8,9}}\b)
    | (?P<iso_date>\b20\d\d-\d\d?-\d\d?\b|\b20\d{{6}}\b(?:{s}\d{{4}}\b)?|\b\d{{1,2}}\.\d{{1,2}}\.20\d\d\b)
    | (?P<day>\b(?:{day}{s})?(?:den{s})?\d{{1,2}}(?::?[ea]\b)?{s}{month}(?:{s}20\d\d\b)?|\b(?:{day}{s})?(?:den{s})?\d{{1,2}}/(?:1[0-2]|0?[1-9])\b(?![/\d])(?:[ -]20\d\d\b)?|\bden{s}\d{{1,2}}(?::?[ea]\b)?)
    | (?P<week>\bv(?:ecka|\.)?{s}?\d{{1,2}}\b)
    | (?P<clock>\bkl(?:ockan|\.)?{s}?\d{{1,2}}(?:[.:]\d\d)?(?:{s}?[-–]{s}?\d{{1,2}}(?:[.:]\d\d)?)?\b|\b\d{{1,2}}[.:]\d\d{s}?[-–]{s}?\d{{1,2}}[.:]\d\d\b|\b(?:vardagar|öppet|mellan){s}\d{{1,2}}{s}?(?:[-–]|o|och){s}?\d{{1,2}}\b)
    | (?P<level>\b(?:finns|har(?:{s}vi)?){s}(?:det{s})?\d{{1,3}}{s}(?:st{s})?(?:kvar|hemma|av)\b(?:{s}av{s}\d{{1,3}}\b)?)
    | (?P<price>(?:\bpris:?{s}?)?\b\d{{1,3}}(?:{s}?\d{{3}})?(?:,\d\d|:-)?{s}?(?:kr|sek|:-)(?:\b|(?=\W|$))(?:/\w{{1,12}})?)
    | (?P<postcode>\b(?:s-)?[1-9]\d{{2}}{s}\d\d{s}{{1,2}}(?-i:[A-ZÅÄÖ][a-zåäöA-ZÅÄÖ]+)|(?<=,{s})[1-9]\d{{4}}{s}(?-i:[A-ZÅÄÖ][a-zåäö]+))
    | (?P<pack>[(]?(?:à|á|a'|@){s}?\d+(?:{s}?(?:{units})\b)?[)]?|[(]\d+{s}?(?:{units})?{s}?(?:/|per{s}|i{s})(?:varje|{units}|\w{{3,12}})[)]|\bper{s}(?:förp|förpackning|kartong|ask|paket)\b|/{s}?(?:förp|krt|kartong|ask|paket)\b)
    | (?P<article_range>\b\d{{5}}{s}?[-–]{s}?\d{{5}}\b)
    | (?P<labelled>(?:\b(?:{numbers}){s})?\b(?:vårt{s})?(?:art(?:ikel)?{s}?[-.]?{s}?(?:n(?:umme)?r(?:et)?|no)?|artnr|sesam(?:nummer|nr|{s}nr)?|best(?:ällnings)?[.]?{s}?(?:nr|nummer)|produktn(?:umme)?r|varun(?:umme)?r|n(?:umme)?r)\b{s}?[.]?{s}?[:#=.]?{s}?(?P<art>\d{{2}}{s}\d{{3}}(?!\d)|\d{{4,8}}(?:-\d{{1,4}}){{0,2}}(?!\d)))
    | (?P<reference>\b(?:{references})(?:er|numret|nummer|nr|:s)?\b{s}?[.]?{s}?[:#=.]?{s}?(?:[a-zåäö]{{0,4}}[\d][\w/.-]{{0,24}}(?:{s}\d[\d-]{{0,12}}){{0,4}}(?:(?:,{s}|{s}(?:och|o|samt){s})\d{{5,12}}(?!\d|{s}?[x*]))*))
    | (?P<long>\b\d{{9,}}(?:-\d+)?\b|\b\d{{6,8}}[-+/]\d{{4}}\b)
    | (?P<supplier>\b[a-z]{{1,4}}\d{{2,}}-[\d-]{{2,14}}\b|\b\d{{2,8}}-\d{{2,6}}(?:-\d{{1,6}}){{1,2}}\b)
    | (?P<measure>\b\d{{1,3}}(?:[.,]\d+)?{s}?[x×*]{s}?\d{{1,3}}(?![\d])(?:[.,]\d+)?(?:{s}?[x×*]{s}?\d{{1,3}}(?!\d))?(?:{s}?(?:cm|mm|m)\b)?|\b\d+(?:[.,]\d+)?(?:{s}?[-–]{s}?\d+(?:[.,]\d+)?)?{s}?(?:cm|mm|kg|mg|ml|cl|dl|liter|l|gr|g|°|%|tum|"|v|volt|w|watt|ah|mah|min|tim|år|zon|zoner|punkts?|hjul|fack|lbs|(?-i:m))(?![\wåäö])|[(]\d+{s}?[-–]{s}?\d+{s}?år[)]|\b(?:strl?|storlek|stl|sb|sd|sh|bredd|sittbredd|sitthöjd|sittdjup|swl|max|typ|diameter|längd|höjd){s}?[.:]?{s}?\d+(?:[.,]\d+)?(?:{s}?(?:cm|mm|kg))?\b)
    | (?P<each>\b(?P<each_n>\d{{1,3}}|{numbers}){s}(?:(?:{units}){s})?(?:av{s}(?:varje|vardera|vardera|var)\b(?:{s}(?:sort|modell|storlek|artikel)\b)?|vardera\b(?:{s}av\b)?|av{s}respektive\b))
    | (?P<range>\b(?:\d{{1,3}}|{numbers})(?:[-–/]|{s}(?:eller|till|à){s})(?:\d{{1,3}}|{numbers})\b(?={s}?(?:(?:{units})(?![\wåäö])|[a-zåäö]{{4,}}|[)]?{s}*[.,;]?$))|\bett{s}par{s}(?:tre|stycken|st)\b|(?<=\bbehöver{s})några\b|(?<=\bönskar{s})några\b|(?<=\bha{s})några\b|(?<=\bskicka{s})några\b|(?<=\bbeställer{s})några\b)
    | (?P<dozen>(?:\b(?P<dz_n>\d{{1,2}}|{numbers}){s})?\b(?P<dz_w>{dozens})\b)
    | (?P<labelled_quantity>\b(?:antal|ant\.|kvantitet|mängd|qty){s}?[:=]?{s}?(?P<q_n>\d{{1,4}}(?![\d/])|(?:{numbers})\b)(?:{s}?(?P<q_u>{units})(?![\wåäö-]))?)
    | (?P<bracketed>[(]{s}?(?P<b_n>\d{{1,3}}|{numbers}){s}?(?P<b_u>{units})?{s}?[)])
    | (?P<counted>(?:\bca\.?{s}|\bcirka{s})?\b(?P<c_n>\d{{1,4}}(?:[.,]\d)?|{numbers})(?:{s}?[(]\d{{1,4}}[)])?{s}{{0,3}}(?P<c_u>{units})(?![\wåäö-]))
    | (?P<times_after>(?<![\d])(?<![a-zåäö])[x×*]{s}?(?P<ta_n>\d{{1,3}})(?![\d.,]\d|\d|{s}?(?:cm|mm)))
    | (?P<times>\b(?P<t_n>\d{{1,3}}){s}?[x×*](?={s}?[\d(a-zåäö]))
    | (?P<number_word>\b(?:{numbers})\b(?!-))
    | (?P<suffixed>\b\d{{5}}-\d{{1,2}}\b)
    | (?P<digits>(?<![\w,.])\d+(?![\wåäö]|[.,:-]\d))
    | (?P<word>[\w][\w'’/åäöÅÄÖ-]*(?:\.(?=\w))?[\w'’/-]*)
    | (?P<sign>\S)
    """
    )


def _digits(span: tuple[str, int, int]) -> Token:
    """5–8 digits are an article number, up to 4 a number that may be a quantity."""
    if 5 <= len(span[0]) <= 8:
        return Token(*span, Role.ARTICLE, article=span[0])
    return Token(*span, Role.NUMBER, float(span[0]) if len(span[0]) < 5 else 0.0)


def _one_space(text: str) -> str:
    return " ".join(text.lower().split())
