"""Order lines out of forms: one labelled value after another ("Artikel: 50123", "Antal: 2")."""

import re
from collections.abc import Iterable, Sequence

from service.ordering.headings import Column, Headings, is_code
from service.ordering.items import Item
from service.ordering.rows import Cells, RowReader

_LABELLED = re.compile(
    r"\s*(?:\d{1,2}[.)]\s+)?[*•-]?\s*([^\W\d][^:\t\n]{1,28}?)\s?(?::|\.{3,})\s*(.*)$",
)
_NEXT_RECORD = re.compile(r"(?:artikel|rad|produkt|vara)\s*\d{1,2}\W*", re.IGNORECASE)
_FIELDS = {
    Column.ARTICLE: Column.ARTICLE,
    Column.DESCRIPTION: Column.DESCRIPTION,
    Column.QUANTITY: Column.QUANTITY,
    Column.ORDERED: Column.QUANTITY,
    Column.UNIT: Column.UNIT,
}
MAX_GAP = 2
"""Blank lines that a form may have between two fields."""

Pair = tuple[str, str]
"""A label and its value."""
Record = dict[Column, str]


class FormReader:
    """Reads forms by the headings of the rules."""

    def __init__(self, headings: Headings, rows: RowReader) -> None:
        self._headings, self._rows = headings, rows

    def items(self, pairs: Iterable[Pair]) -> tuple[Item, ...]:
        """Return the items that the labelled values make up; none where no count is labelled."""
        records = [r for r in self._records(pairs) if Column.ARTICLE in r or Column.DESCRIPTION in r]
        if not any(Column.QUANTITY in record for record in records):
            return ()
        items = (self._rows.item(_cells(record)) for record in records)
        return tuple(item for item in items if item is not None)

    def below(self, lines: Sequence[str], at: int) -> tuple[tuple[Item, ...], int]:
        """Return the items of the form that begins at line `at`, and the line after its last field."""
        first = labelled(lines[at])
        if first is None or self._headings.column(first[0]) not in (Column.ARTICLE, Column.DESCRIPTION):
            return (), at
        pairs, end = [first], at + 1
        for n in range(at + 1, len(lines)):
            pair = labelled(lines[n])
            field = pair is not None and self._headings.column(pair[0]) is not None
            if n - end >= MAX_GAP or (not field and lines[n].strip()):
                break
            if pair is not None:
                pairs.append(pair)
                end = n + 1
        return self.items(pairs), end

    def _records(self, pairs: Iterable[Pair]) -> list[Record]:
        """Gather the values of each order line: a label that comes again begins the next one."""
        records: list[Record] = [{}]
        for label, value in ((label, " ".join(value.split())) for label, value in pairs):
            if _NEXT_RECORD.fullmatch(label.strip()) and not value:
                records.append({})
                continue
            field = _FIELDS.get(self._headings.column(label) or Column.NOTE)
            if field is None:
                continue
            if field is Column.ARTICLE and value and not is_code(value.replace(" ", "")):
                field = Column.DESCRIPTION
            if field in records[-1]:
                records.append({})
            records[-1][field] = value
        return records


def labelled(line: str) -> Pair | None:
    """Return the label and the value of a form's line, or None."""
    match = _LABELLED.match(line[:300])
    return (match[1], match[2]) if match else None


def _cells(record: Record) -> Cells:
    return Cells(
        article=record.get(Column.ARTICLE, ""),
        description=record.get(Column.DESCRIPTION, ""),
        count=record.get(Column.QUANTITY, ""),
        unit=record.get(Column.UNIT, ""),
    )
