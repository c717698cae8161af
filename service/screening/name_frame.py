"""Finds names that no list has behind the words for a patient or relative, where only a name stands."""

import re
from collections.abc import Iterator
from itertools import takewhile

from service.rules.screening import Roles
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_span import WORD, Span, Strength
from service.screening.patterns import fill

_CAPITAL = r"[A-ZÅÄÖÉÜŽŠČĆĐØÆİŁŚŻÁÍÓÚ][^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,3}"
_NAMES = rf"(?P<name>(?:[A-ZÅÄÖÉØ]\.[ ]?){{0,2}}{_CAPITAL}(?:,?[ ]{_CAPITAL}){{0,3}})"
# The same in small letters, where the words have to tell that they name somebody.
_SMALL = r"(?P<small>(?:[^\W\d_]\.[ ]?){0,2}[^\W\d_]{2,40}(?:,?[ ][^\W\d_]{2,40}){0,2})"

# "brukaren Xerxa", "dottern heter Xerxa"; "Kund: Xerxa Ypselgran" as a field, or below its label.
_OWNED = rf"""(?i: {{^owner}} (?: [ ]{{link}} ){{0,3}} [ :(,]{{1,3}}
    | (?: ^ | [\n|\t;] ) [ >]{{0,4}} {{label}} [ ]? (?: [:|=\t] [ \t|]{{0,20}} \n? | \n ) [ ]? )
    (?: {_NAMES} | {_SMALL} )"""


# Of the labels above those that no ward and no firm stands behind, as they do behind "Kund:" and "Namn:".
_PATIENTS_FIELD = r"(?i) [\s|;>]* {patient} [ ]? [:=|\t] [ \t|]* \n? [ ]?"
# A word of fewer letters is no surname in small letters.
_SHORT = 3


# "Å. Eidsvåg", whose surname no list has; in small letters that is as often the end of a sentence.
_INITIALLED = re.compile(r"[A-ZÅÄÖÉØ]\.(?<![\w.]..)[ ]?(?P<last>[A-ZÅÄÖÉØÆŠŽČÇŁŞİ][^\W\d_]{3,})")


class FrameFinder:
    """Finds framed spans by one lexicon and one set of role words."""

    def __init__(self, lexicon: Lexicon, roles: Roles) -> None:
        self._lexicon = lexicon
        lists = roles.model_dump() | {
            "owner": (*roles.patient, *roles.relative, *roles.courtesy),
            "label": (*roles.patient_labels, *roles.patient),
        }
        self._owned = re.compile("(?x)" + fill(_OWNED, lists))
        self._patients_field = re.compile("(?x)" + fill(_PATIENTS_FIELD, lists))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the names in frames, whether or not a list has them."""
        for match in self._owned.finditer(text):
            span = self._small(match) if match["small"] else self._span(match)
            span = span or self._anything(match)
            if span is not None:
                yield span
        for match in _INITIALLED.finditer(text):
            if self._lexicon.sort(match["last"]) in (Sort.NONE, Sort.WORD):
                yield Span(*match.span(), full=True, strength=Strength.UNLISTED)

    def _span(self, match: re.Match[str]) -> Span | None:
        """Return the words of the name up to the first that is an ordinary word, a thing or a place.

        What sounds like a place is a surname behind a first name or an initial.
        """
        kept: list[re.Match[str]] = []
        for part in WORD.finditer(match.string, *match.span("name")):
            sort = self._lexicon.sort(part.group())
            goes_on = len(part.group()) == 1 or (kept and sort & Sort.PLACE)
            if sort & Sort.BLOCKED and not sort.is_name and not goes_on:
                break
            kept.append(part)
        if not kept or self._is_place(match.string, kept):
            return None
        return self._framed(kept)

    def _small(self, match: re.Match[str]) -> Span | None:
        """Return the words, two or an initial and one, up to the first that is more than a name."""
        kept = list(takewhile(self._only_names, WORD.finditer(match.string, *match.span("small"))))
        if len(kept) < 2 or len(kept[-1].group()) < _SHORT:
            return None
        return self._framed(kept)

    def _framed(self, kept: list[re.Match[str]]) -> Span:
        """Return the words as one span, which a list vouches for where it has one of them."""
        known = any(self._lexicon.sort(part.group()).is_name for part in kept)
        strength = Strength.LIKELY if known else Strength.UNLISTED
        return Span(kept[0].start(), kept[-1].end(), len(kept) > 1, strength, framed=True)

    def _anything(self, match: re.Match[str]) -> Span | None:
        """Return all that stands in a patient's field, where a word of it is no Swedish one and no thing's.

        A misspelt name may look like any word: "Brukare: Mäta Skoglö".
        """
        begin, end = match.span("small" if match["small"] else "name")
        if not self._patients_field.fullmatch(match.string, match.start(), begin):
            return None
        sorts = [self._lexicon.sort(part.group()) for part in WORD.finditer(match.string, begin, end)]
        if not any(sort is Sort.NONE or sort.is_name for sort in sorts):
            return None
        return Span(begin, end, full=False, strength=Strength.UNLISTED, framed=True)

    def _only_names(self, part: re.Match[str]) -> bool:
        """Return whether the word is an initial or, if anything, a name; behind an initial most words are."""
        word, sort = part.group(), self._lexicon.sort(part.group())
        if len(word) == 1:
            return part.string[part.end() : part.end() + 1] == "."
        initialled = part.string[part.start() - 2 : part.start()].rstrip().endswith(".")
        return sort.is_name or sort is Sort.NONE or (initialled and sort is Sort.WORD)

    def _is_place(self, text: str, kept: list[re.Match[str]]) -> bool:
        """Return whether the only word, which no list has, is a ward's: "Kund: Solhöjdens äldreboende"."""
        if len(kept) > 1 or self._lexicon.sort(kept[0].group()).is_name:
            return False
        behind = WORD.match(text, kept[0].end() + 1)
        return behind is not None and self._lexicon.is_place_word(behind.group())
