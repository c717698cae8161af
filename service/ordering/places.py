"""Finds the stocks and facilities that a text names, and whether goods leave them or come to them."""

import re
from operator import attrgetter

from service.ordering.place import Direction, KnownPlaces, Place
from service.ordering.place_fields import Field, FieldReader
from service.ordering.place_heads import Extent, Word, split
from service.ordering.place_names import Names
from service.ordering.place_words import PlaceWords
from service.rules.ordering import OrderingRules

MAX_LINE = 2_000
"""Characters of a line that are searched for places."""
_ARROW = re.compile(r"\s*(?:->|→|=>|>)")
_TO_NAME = re.compile(rf"{_ARROW.pattern}|\s+till\s+(?=[A-ZÅÄÖ])")
_PAIR = re.compile(r"\b([^\W\d_]{3,})\s?([-–])\s?([^\W\d_]{3,})\b")
_NUMBERED = re.compile(r"\s*[^\W\d_]{3,}\s?\d{1,2}\s?[-–:.)]\s*")
"""What stands before the place of a numbered heading ("Leverans 2 - Ekgården")."""
_BEGINNING = " \t*-•–·()0123456789.:"


class PlaceFinder:
    """Finds places by the endings and words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._words, self._known = PlaceWords(rules), KnownPlaces(rules.places)
        self._fields = FieldReader(rules.places)
        self._from, self._to = frozenset(rules.places.from_words), frozenset(rules.places.to_words)
        self._not_places = frozenset(rules.places.not_places)
        self._determiners = frozenset(rules.places.determiners)

    def places(self, text: str) -> tuple[Place, ...]:
        """Return the places of the text in order, without overlap."""
        found: list[Place] = []
        at = 0
        for line in text.split("\n"):
            found.extend(self._line(line[:MAX_LINE], at))
            at += len(line) + 1
        return tuple(found)

    def _line(self, line: str, offset: int) -> list[Place]:
        field = self._fields.field(line)
        value = self._value(line, field, offset) if field else None
        if value is not None:
            return [value]
        line = self._with_arrows(line)
        words = split(line)
        names = Names(self._words, line, words)
        named = names.extents(self._not_places)
        extents = sorted([*named, *names.towns(named)], key=attrgetter("first"))
        return [self._place(extent, line, words, offset) for extent in extents]

    def _value(self, line: str, field: Field, offset: int) -> Place | None:
        """Return the place that a form's field names, found in its value or as the value is written."""
        value = line[field.end :]
        if self._fields.is_no_place(value):
            return None
        inner = [] if self._fields.field(value) else self._line(value, offset + field.end)
        if inner:
            return self._fields.from_place(field, value, inner[0], offset + field.end, self._known)
        written = self._fields.as_written(field, value, offset + field.end, self._known)
        return None if written and self._words.is_person(written.name) else written

    def _place(self, extent: Extent, line: str, words: tuple[Word, ...], offset: int) -> Place:
        start, end = words[extent.first].start, words[extent.last].end
        direction = self._direction(extent, line, words)
        before = line[:start].lower()
        if direction is Direction.TO:
            before = before.replace("till", "")
        name = " ".join(line[start:end].split())
        heading = not before.strip(_BEGINNING) or _NUMBERED.fullmatch(before) is not None
        heading = heading or self._wishes(extent, words)
        span = (offset + start, offset + end)
        return self._known.place(name, span, extent.stock, direction, heading, extent.town)

    def _wishes(self, extent: Extent, words: tuple[Word, ...]) -> bool:
        """Whether a sentence begins with the place, which asks for something ("Ekgården behöver ...")."""
        begins = extent.first == 0 or words[extent.first - 1].text in ".!?"
        return begins and extent.last + 1 < len(words) and self._words.asks(words[extent.last + 1].text)

    def _direction(self, extent: Extent, line: str, words: tuple[Word, ...]) -> Direction:
        """Return what the last telling word before the name says, or the arrow after it."""
        before = [word.low for word in words[max(0, extent.first - 4) : extent.first]]
        while before and before[-1] in self._determiners:
            before.pop()
        last = before[-1] if before else ""
        if last in self._from:
            return Direction.FROM
        if last in self._to:
            return Direction.TO
        if last in ("i", "på", "vid", "hos") and extent.stock:
            return Direction.AT
        after = _TO_NAME if extent.stock and self._words.moves_stock(line) else _ARROW
        return Direction.FROM if after.match(line, words[extent.last].end) else Direction.UNTOLD

    def _with_arrows(self, line: str) -> str:
        """Return the line with an arrow for the stroke between two towns that goods move between."""
        if not self._words.moves_stock(line):
            return line
        return _PAIR.sub(lambda m: m[0].replace(m[2], ">") if self._are_towns(m) else m[0], line)

    def _are_towns(self, pair: re.Match[str]) -> bool:
        return self._words.is_town(pair[1]) and self._words.is_town(pair[3])
