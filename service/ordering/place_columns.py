"""Finds the columns of a table that tell where each row's goods go ("Avdelning | Artikel | Antal")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.ordering.headings import Headings, Row
from service.ordering.place_fields import FieldReader
from service.rules.ordering import OrderingRules


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """What they say of each row, by the row's number from 1, as the lines of a form would say it.

    `header` is the number of the rows above the headings.
    """

    header: int
    lines: Mapping[int, str]


class PlaceColumnReader:
    """Finds them by the labels that a form has for a place."""

    def __init__(self, rules: OrderingRules) -> None:
        self._headings, self._fields = Headings(rules.columns), FieldReader(rules.places)

    def columns(self, rows: Sequence[Row]) -> PlaceColumns | None:
        """Return the columns of places, or None where no heading is a place's and nothing else's."""
        headed = self._headings.first(rows)
        if headed is None:
            return None
        at, _ = headed
        named = [n for n, cell in enumerate(rows[at]) if self._heads_places(cell)]
        return PlaceColumns(at, _lines(rows, at, named)) if named else None

    def _heads_places(self, cell: str) -> bool:
        return self._headings.column(cell) is None and self._fields.field(f"{cell}:") is not None


def _lines(rows: Sequence[Row], header: int, columns: Sequence[int]) -> Mapping[int, str]:
    """Return what the columns say of each row; an empty cell says what the one above it says."""
    said: dict[int, str] = {}
    places = dict.fromkeys(columns, "")
    for n, row in enumerate(rows[header + 1 :], header + 2):
        places = {at: (row[at].strip() if at < len(row) else "") or place for at, place in places.items()}
        told = ((rows[header][at].strip(" :"), place) for at, place in places.items() if place)
        said[n] = "".join(f"{label}: {place}\n" for label, place in told)
    return said
