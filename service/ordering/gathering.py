"""Reads a letter from the top: its texts and tables, and where else to look when they hold nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.ordering.gathered import Gathered, joined
from service.ordering.items import Asked
from service.ordering.lines import LineReader
from service.ordering.newest import Letter
from service.ordering.place_columns import PlaceColumnReader
from service.ordering.places import PlaceFinder
from service.ordering.tables import TableReader
from service.ordering.texts import TextReader
from service.rules.ordering import OrderingRules
from service.values import Table

MAX_FORM_COLUMNS = 3
"""Columns of the widest table that is a form, with a label and its value on each row."""
MAX_TITLE_CELLS = 2
"""Cells that are filled in of a title, or of a label with its value, above the headings of a wider table."""


class Gatherer:
    """Reads letters by the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._words = rules.words
        lines = LineReader(rules)
        self._tables, self._places = TableReader(rules, lines.lexer), PlaceFinder(rules)
        self._columns = PlaceColumnReader(rules)
        self._texts = TextReader(rules, lines, self._tables, self._places)

    def gather(self, letter: Letter) -> Gathered:
        """Return what the newest text and the tables say, and only where that is nothing, what else does."""
        newest = joined(self._blocks(letter))
        if not newest.is_certain and letter.passes_on(self._words):
            # The nearest mail that orders is the one passed on: those below it are what it answers.
            fuller = (joined(self._blocks(letter, older=n)) for n in range(1, letter.layers + 1))
            newest = next((said for said in fuller if said.asked), newest)
        if newest.asked:
            return newest
        subject = replace(self._texts.read(letter.subject, "ämnesraden"), places=())
        return joined((newest, subject)) if subject.asked else joined((newest, subject, self._signed(letter)))

    def topic(self, letter: Letter) -> Gathered:
        """Return the subject and the places that it names, as a heading over all of the mail."""
        where = ((0, "ämnesraden"),)
        return Gathered(letter.topic, places=self._places.places(letter.topic), marks=where)

    def _blocks(self, letter: Letter, *, older: int = 0) -> Iterator[Gathered]:
        for block in letter.blocks:
            if isinstance(block, Table):
                yield self._table(block)
            else:
                said = (block.text.newest, *block.text.older[:older])
                yield self._texts.read("\n".join(said), block.where)

    def _table(self, table: Table) -> Gathered:
        items = self._tables.cells(table.rows)
        if items is None:
            return self._texts.read("\n".join(map("\t".join, table.rows)), table.where)
        columns = self._columns.columns(table.rows)
        form = "".join(map(_as_text, table.rows[: columns.header] if columns else table.rows))
        asked: list[Asked] = []
        for n, item in enumerate(items, 1):
            form += columns.lines.get(item.start, "") if columns else ""
            asked.append(Asked(item, f"{table.where}, rad {item.start or n}", len(form)))
        return Gathered(form + "\n", tuple(asked), self._places.places(form), ((0, table.where),))

    def _signed(self, letter: Letter) -> Gathered:
        """Return the order lines under the first sign-off that has any."""
        parts = (self._texts.whole_rows(s.text.signature, s.where) for s in letter.sections)
        return next((part for part in parts if part.asked), Gathered())


def _as_text(row: Sequence[str]) -> str:
    """Return a row that is a title, or a label with its value, as a line of text; empty for any other."""
    cells = [cell for cell in row if cell]
    if not row or not row[0] or (len(row) > MAX_FORM_COLUMNS and len(cells) > MAX_TITLE_CELLS):
        return ""
    return f"{cells[0]}: {cells[1]}\n" if len(cells) > 1 else f"{cells[0]}\n"
