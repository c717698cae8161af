"""Finds names that no list has, by the frames that only a person's name stands in."""

import re
from collections.abc import Iterator

from service.rules.screening import Gazetteer, Roles
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_span import WORD, Span, Strength
from service.screening.patterns import TO_VERB, fill

_CAPITAL = r"[A-ZÅÄÖÉÜŽŠČĆĐØÆİŁŚŻÁÍÓÚ][^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,3}"
_NAMES = rf"(?P<name>{_CAPITAL}(?:,?[ ]{_CAPITAL}){{0,3}})"
_FULL = rf"(?<![^\W\d_])(?<!-)(?P<name>{_CAPITAL}(?:[ ]{_CAPITAL}){{1,3}})"

# "brukaren Xerxa", "dottern heter Xerxa"; "Kund: Xerxa Ypselgran" as a field, or below its label.
_OWNED = rf"""(?i: (?<![^\W\d_]) {{owner}} (?: [ ]{{link}} ){{0,3}} [ :(,]{{1,3}}
    | (?: ^ | [\n|\t;] ) [ >]{{0,4}} {{label}} [ ]? (?: [:|=\t] [ \t|]{{0,20}} \n? | \n ) [ ]? ) {_NAMES}"""
_VERB = rf"(?= (?i: {TO_VERB} (?: {{needs}} | {{lives}} ) ) (?![^\W\d_]) )"
# What is said of two capitalised words makes a person of them, whatever the words are.
_TOLD = (
    # "Xerxa Ypselgran behöver", "Xerxa Ypselgran, som bor på"
    rf"{_FULL} {_VERB}",
    # "Xerxa Ypselgrans rullstol"
    rf"{_FULL} (?<=s) (?= [ ] (?i: {{belongings}} ) )",
    # "till Xerxa Ypselgran på Gläntan"
    rf"(?i: \b(?:till|för|hos|åt)[ ] ) {_FULL} (?= [ ,]{{1,2}} (?: på | i | som | hem | rum | lgh )\b )",
    # "åt Xerxa Ypselgran", "det gäller Xerxa Ypselgran"
    rf"(?i: (?<![^\W\d_]) (?: {{receiver}} | gäller | avser | angående ) [ :]{{1,2}} ) {_FULL}",
    # "rullstol till Xerxa Ypselgran"
    rf"(?i: {{product_endings}} (?: [ ][^\W\d_]{{1,12}} ){{0,2}} [ ](?:till|för|åt)[ ] ) {_FULL}",
    # A cell of its own: its column may be the patients'.
    rf"(?: ^ | [\n|\t;] ) [ ]{{0,3}} {_FULL} [ ]{{0,3}} (?= [\n|\t;] | $ )",
)
# In lower case, and so only behind a first name: "yusuf xerxason behöver", "åt yusuf xerxason".
_PAIR = r"(?P<name>[a-zåäöéü-]{3,30}[ ][a-zåäöéü-]{4,30})"
_LOWER = (
    rf"(?<![\w-]) {_PAIR} {_VERB}",
    rf"(?<![^\W\d_]) (?: {{receiver}} | {{owner}} ) [ :,]{{1,2}} {_PAIR} (?![\w-])",
)


class FrameFinder:
    """Finds framed spans by one lexicon and one set of role words."""

    def __init__(self, lexicon: Lexicon, roles: Roles, gazetteer: Gazetteer) -> None:
        self._lexicon = lexicon
        lists = roles.model_dump() | {
            "product_endings": gazetteer.product_endings,
            "owner": (*roles.patient, *roles.relative, *roles.courtesy),
            "label": (*roles.patient_labels, *roles.patient),
        }
        self._owned = re.compile("(?x)" + fill(_OWNED, lists))
        self._told = tuple(re.compile("(?x)" + fill(pattern, lists)) for pattern in _TOLD)
        self._lower = tuple(re.compile("(?x)" + fill(pattern, lists)) for pattern in _LOWER)

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the names in frames; a name that the lexicon knows is for the lexicon, unless it is owned."""
        for match in self._owned.finditer(text):
            span = self._span(text, match, framed=True)
            if span is not None:
                yield span
        for pattern in self._told:
            for match in pattern.finditer(text):
                span = self._span(text, match, framed=False)
                if span is not None and span.full and not span.known:
                    yield span
        for pattern in self._lower:
            for match in pattern.finditer(text):
                if self._begins_with_a_first_name(match.group("name")):
                    yield Span(*match.span("name"), True, Strength.LIKELY)

    def _begins_with_a_first_name(self, name: str) -> bool:
        """Return whether a first name leads a word that is in no list at all."""
        first, second = (self._lexicon.sort(word) for word in name.split())
        return first.is_first and second is Sort.NONE

    def _span(self, text: str, match: re.Match[str], framed: bool) -> Span | None:
        """Return the words of the name up to the first that is an ordinary word, a thing or a place."""
        kept: list[re.Match[str]] = []
        for part in WORD.finditer(text, *match.span("name")):
            sort = self._lexicon.sort(part.group())
            product = not framed and self._lexicon.is_product_word(part.group())
            if product or (sort & Sort.BLOCKED and not sort.is_name):
                break
            kept.append(part)
        if not kept:
            return None
        known = any(self._lexicon.sort(part.group()).is_name for part in kept)
        strength = Strength.LIKELY if known else Strength.UNLISTED
        return Span(kept[0].start(), kept[-1].end(), len(kept) > 1, strength, framed)
