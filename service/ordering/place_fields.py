"""Reads the fields of a form that name a place: "Till: Kundlager Säffle"."""

import re
from dataclasses import dataclass

from service.ordering.place import Direction, KnownPlaces, Place
from service.rules.ordering import PlaceRules

_LABEL = re.compile(
    r"\s*[*_]?([^\W\d](?:[^:.\t\n]|\.(?=[ \w])){1,30}?)\s*[*_]?\s?(?::|\t|\.{3,}|\s{3,})\s*[*_]?"
)
_EITHER = re.compile(r"/| eller | och ")
_CUSTOMER = re.compile(r"\s*\d{4,6},?\s+(?=[^\W\d])")
"""A customer's number before its name ("Kund: 4217 Annagården")."""
_NUMBERED = re.compile(r"\d{1,4}")
"""A stock, or a ward, that is known by its number."""
_ADDRESS = re.compile(r"\d{5}|@")
_VALUE_ENDS = re.compile(r"[,(;]|\s{2,}|\t|[.!?](?:\s|$)")
MAX_NAME, MAX_WORDS = 60, 6
"""Characters and words of the longest value that is a place's name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A label, in lower case, what it says of the place after it, and where that place begins."""

    label: str
    direction: Direction
    end: int

    @property
    def of_stock(self) -> bool:
        """Whether the label itself says that the place is a stock."""
        return "lager" in self.label or "förråd" in self.label


class FieldReader:
    """Reads fields by the labels of the rules."""

    def __init__(self, rules: PlaceRules) -> None:
        self._facility_words = frozenset(rules.facility_words)
        self._from, self._to = frozenset(rules.from_labels), frozenset(rules.to_labels)
        self._vague, self._not_places = frozenset(rules.vague_labels), frozenset(rules.not_places)

    def field(self, line: str) -> Field | None:
        """Return the field that the line begins with, where its label is one of a place."""
        match = _LABEL.match(line[:120])
        label = " ".join(match[1].lower().split()) if match else ""
        if match is None or not self._names_place(label):
            return None
        number = _CUSTOMER.match(line, match.end())
        start = number.end() if number else match.end()
        return Field(label, Direction.FROM if label in self._from else Direction.LABEL, start)

    def _names_place(self, label: str) -> bool:
        """Whether the label is one of a place, or joins several ("boende/enhet")."""
        labels = self._from | self._to
        return label in labels or all(part.strip() in labels for part in _EITHER.split(label))

    def is_no_place(self, value: str) -> bool:
        """Whether the value is empty, or an address or article rather than a place's name."""
        return not value.strip() or _ADDRESS.search(value) is not None

    def from_place(self, field: Field, value: str, inner: Place, offset: int, known: KnownPlaces) -> Place:
        """Return the place that was found in the value, with the words of its name that stand before it."""
        stretch = value[: inner.end - offset].strip(" .:*_")
        name = stretch if len(stretch) < MAX_NAME and inner.direction is not Direction.TO else inner.name
        stock = inner.stock or field.of_stock
        return known.place(name, (inner.start, inner.end), stock, field.direction, heading=True)

    def as_written(self, field: Field, value: str, offset: int, known: KnownPlaces) -> Place | None:
        """Return the value as a place, unless the label is one that other things stand under too."""
        name = _VALUE_ENDS.split(value.strip(" *_"))[0].strip()
        words = name.split()
        if (
            field.label in self._vague
            or not 0 < len(words) <= MAX_WORDS
            or words[0].lower() in self._not_places
        ):
            return None
        numbered = _NUMBERED.fullmatch(name) is not None
        if numbered and field.label in self._facility_words:
            name, numbered = f"{field.label} {name}", False
        if not numbered and not any(c.isalpha() for c in name):
            return None
        stock = field.of_stock or field.direction is Direction.FROM or numbered
        return known.place(name, (offset, offset + len(value)), stock, field.direction, heading=True)
