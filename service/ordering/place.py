"""A place as a mail names it, and the known names of places."""

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from service.rules.ordering import PlaceRules

SURE, MARGIN = 90, 10
"""A spelling is taken for a known place at 90 of 100 with 10 to the next; below that nothing is guessed."""


class Direction(StrEnum):
    """What the words before a place say of it; LABEL is the field of a form that names where goods go."""

    FROM = "from"
    TO = "to"
    AT = "at"
    LABEL = "label"
    UNTOLD = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written, from `start` to `end` in its text; `stock` tells a stock from a facility.

    `words` are those that tell it from others, `towns` those of them that are towns. `heading` tells that it
    begins its line, so that what stands below it may be meant for it. `town` tells that no more than its town
    is named.
    """

    name: str
    words: frozenset[str]
    start: int
    end: int
    stock: bool
    direction: Direction
    heading: bool = False
    town: bool = False
    towns: frozenset[str] = frozenset()

    def same_as(self, other: "Place") -> bool:
        """Whether one name only says more than the other."""
        small, large = sorted((self.words, other.words), key=len)
        alike = len(small & large) >= max(1, round(0.6 * len(small))) and not _other_number(small, large)
        houses = _differ(self.words - self.towns, other.words - other.towns)
        return alike and not houses and not _differ(self.towns, other.towns)


def _differ(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether both names hold such words, and none in common ("Björkgården i Kil", "Ekgården i Kil")."""
    return bool(one and two) and one.isdisjoint(two)


def _other_number(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether both names hold a number, and not the same ("avd 3", "avd 4")."""
    numbers = [frozenset(w for w in words if w.isdigit()) for words in (one, two)]
    return bool(numbers[0] and numbers[1] and numbers[0] != numbers[1])


class KnownPlaces:
    """The places of the rules, found by a spelling that is nearly theirs."""

    def __init__(self, rules: PlaceRules) -> None:
        self._generic = frozenset(rules.generic)
        self._sorts = self._generic | frozenset(rules.facility_words)
        self._towns = frozenset(town.rstrip("s") for town in rules.municipalities)
        self._known = {name: self._bare(name) for name in rules.known}

    def place(
        self,
        written: str,
        span: tuple[int, int],
        stock: bool,
        direction: Direction,
        heading: bool,
        town: bool = False,
    ) -> Place:
        """Return the place that is written so, under its known name."""
        name = self._name(written)
        words = self._telling(name)
        return Place(name, words, *span, stock, direction, heading, town, words & self._towns)

    def _name(self, written: str) -> str:
        """Return the known place's name where the spelling is sure, otherwise the name as written."""
        bare = self._bare(written)
        scores = sorted(((fuzz.ratio(bare, b), name) for name, b in self._known.items()), reverse=True)
        if not scores or scores[0][0] < SURE or (len(scores) > 1 and scores[0][0] - scores[1][0] < MARGIN):
            return written
        return scores[0][1]

    def _bare(self, name: str) -> str:
        """Return what tells the name from others: "Grums kundlager" and "Säffle kundlager" share a word."""
        return " ".join(w for w in re.findall(r"\w+", name.lower()) if w not in self._generic)

    def _telling(self, name: str) -> frozenset[str]:
        """Return the name's own words without a genitive s, or those of its sort where it has no others."""
        words = re.findall(r"\w+", name.lower())
        own = [word for word in words if word not in self._sorts]
        return frozenset(word.rstrip("s") for word in own or words)
