"""The words of orders: kinds, places, measures, columns and the small words around them."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pydantic import Field, field_validator

from service.rules.loading import Pattern, Strict, read_names, read_rules
from service.values import Kind


class Phrase(Strict):
    """A pattern, in lower case, that tells something about a whole mail, with examples that are tests."""

    id: str
    description: str
    pattern: Pattern
    match: tuple[str, ...] = Field(min_length=1)
    clear: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled once."""
        return re.compile(self.pattern, re.IGNORECASE)

    def found_in(self, text: str) -> bool:
        """Whether the text says this anywhere."""
        return self.regex.search(text) is not None


def failing_phrases(phrases: Iterable[Phrase], file: str) -> Iterator[str]:
    """Yield one Swedish line for each example of `file` that its phrase does not hold."""
    for phrase in phrases:
        for example in phrase.match:
            if not phrase.found_in(example):
                yield f"{file}: {phrase.id}: «{example}» ska kännas igen men gör det inte"
        for example in phrase.clear:
            if phrase.found_in(example):
                yield f"{file}: {phrase.id}: «{example}» känns igen men ska inte göra det"


class KindPhrase(Phrase):
    """A pattern that tells the kind of a mail."""

    kind: Kind


class KindRules(Strict):
    """What tells the kind of a mail, and what tells that it refers to an earlier order."""

    names: dict[Kind, str]
    phrases: tuple[KindPhrase, ...]
    follow_ups: tuple[Phrase, ...]
    uncertain: tuple[Phrase, ...]


class PlaceRules(Strict):
    """How places are recognised. All words in lower case; endings are matched at the end of a word."""

    stock_endings: tuple[str, ...]
    facility_words: tuple[str, ...]
    facility_endings: tuple[str, ...]
    facility_names: tuple[str, ...]
    house_names: tuple[str, ...]
    house_endings: tuple[str, ...]
    homestead_endings: tuple[str, ...]
    estates: tuple[str, ...]
    house_adjectives: tuple[str, ...]
    quarters: tuple[str, ...]
    municipalities: tuple[str, ...]
    generic: tuple[str, ...]
    not_places: tuple[str, ...]
    never_places: tuple[str, ...]
    never_in_names: tuple[str, ...]
    determiners: tuple[str, ...]
    known: tuple[str, ...]
    from_words: tuple[str, ...]
    to_words: tuple[str, ...]
    from_labels: tuple[str, ...]
    to_labels: tuple[str, ...]
    vague_labels: tuple[str, ...]


class UnitRules(Strict):
    """Measures with their spellings, number words, and what comes in pairs."""

    units: dict[str, tuple[str, ...]]
    dozens: dict[str, int]
    numbers: dict[str, int]
    paired: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """All spellings of all measures, in their order."""
        return tuple(spelling for spellings in self.units.values() for spelling in spellings)

    @field_validator("numbers")
    @classmethod
    def _with_joined(cls, numbers: dict[str, int]) -> dict[str, int]:
        """Add the numbers that join a ten and a one: "tjugotvå"."""
        tens = {word: n for word, n in numbers.items() if n in range(20, 100, 10)}
        ones = {word: n for word, n in numbers.items() if n in range(1, 10)}
        joined = {ten + one: tens[ten] + ones[one] for ten in tens for one in ones}
        return joined | numbers


class ColumnRules(Strict):
    """The headings of tables and forms, by what stands under them."""

    article: tuple[str, ...]
    description: tuple[str, ...]
    ordered: tuple[str, ...]
    quantity: tuple[str, ...]
    unit: tuple[str, ...]
    aside: tuple[str, ...]
    balance: tuple[str, ...]
    note: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


class WordRules(Strict):
    """The small words of order prose."""

    ask: tuple[str, ...]
    orders: tuple[str, ...]
    stop: tuple[str, ...]
    filler: tuple[str, ...]
    not_products: tuple[str, ...]
    products: tuple[str, ...]
    not_wanted: tuple[str, ...]
    enough: tuple[str, ...]
    references: tuple[str, ...]
    totals: tuple[str, ...]
    rooms: tuple[str, ...]
    devices: tuple[str, ...]
    clipped: tuple[str, ...]
    corrections: tuple[str, ...]
    adding: tuple[str, ...]
    urgent: tuple[str, ...]
    not_urgent: tuple[str, ...]
    substitute: tuple[str, ...]
    no_substitute: tuple[str, ...]
    contact_labels: tuple[str, ...]
    phone_labels: tuple[str, ...]
    cost_centre_labels: tuple[str, ...]
    reference_labels: tuple[str, ...]
    closings: tuple[str, ...]
    passing_on: tuple[str, ...]
    prose: tuple[str, ...]
    prose_in_rows: tuple[str, ...]
    shortened: tuple[str, ...]
    fields: tuple[str, ...]


class OrderingRules(Strict):
    """Everything that ordering goes by; `people` are first names and surnames, in lower case."""

    kinds: KindRules
    places: PlaceRules
    units: UnitRules
    columns: ColumnRules
    words: WordRules
    people: frozenset[str]


def load_ordering(folder: Path) -> OrderingRules:
    """Read the words of orders and people's names; RulesError tells the first file that cannot be used."""
    names = folder / "names"
    return OrderingRules(
        kinds=read_rules(folder / "kinds.yaml", KindRules),
        places=read_rules(folder / "places.yaml", PlaceRules),
        units=read_rules(folder / "units.yaml", UnitRules),
        columns=read_rules(folder / "columns.yaml", ColumnRules),
        words=read_rules(folder / "words.yaml", WordRules),
        people=read_names(names / "first.txt") | read_names(names / "last.txt"),
    )
