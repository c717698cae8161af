"""Reads one text: the tables drawn in it, and the statements that stand between them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from service.ordering.gathered import Gathered
from service.ordering.items import Asked, Item
from service.ordering.lending import as_many, completes, one
from service.ordering.lines import LineReader
from service.ordering.place import Place
from service.ordering.places import PlaceFinder
from service.ordering.statements import Statement, StatementReader, line_starts
from service.ordering.sums import Read, without_sums
from service.ordering.tables import Found, TableReader
from service.ordering.tokens import Role
from service.ordering.wanted import Wanted
from service.rules.ordering import OrderingRules

MAX_APART = 3
"""Lines between an article and the quantity that completes it."""


class TextReader:
    """Reads texts by the rules and with the readers of lines, tables and places."""

    def __init__(
        self, rules: OrderingRules, lines: LineReader, tables: TableReader, places: PlaceFinder
    ) -> None:
        self._lines, self._tables, self._places = lines, tables, places
        self._statements = StatementReader(rules)
        self._wanted = Wanted(rules, lines)

    def read(self, text: str, where: str) -> Gathered:
        """Return what the text says of an order, in the order of its lines."""
        lines = text.split("\n")
        places = self._places.places(text)
        tables = self._tables.text(lines)
        taken = frozenset(n for table in tables for n in range(table.first, table.last))
        asked = [
            *_in_tables(tables, line_starts(lines), where),
            *_with_numbers(self._in_statements(self._statements.statements(lines, taken), places, where)),
        ]
        return Gathered(f"{text}\n", tuple(sorted(asked, key=attrgetter("position"))), places, ((0, where),))

    def whole_rows(self, text: str, where: str) -> Gathered:
        """Return only the rows that say all of an order line: some write the order under their name."""
        asked = [
            Asked(item, f"{where}, rad {statement.line + 1}", 0)
            for statement in self._statements.statements(text.split("\n"), frozenset())
            for item in self._lines.items(statement.text, in_list=True)
            if item.article and item.quantity is not None and item.steady and item.description
        ]
        return Gathered(asked=tuple(asked))

    def _in_statements(
        self, found: list[Statement], places: tuple[Place, ...], where: str
    ) -> Iterator[Asked]:
        rows = list(without_sums(self._rows(self._completed(found), places)))
        last: Item | None = None
        for at, (statement, items) in enumerate(rows):
            for item in items or self._forgotten(rows, at, places):
                place = f"{where}, rad {statement.line + 1}"
                last = as_many(item, last)
                span = (statement.start, statement.start + len(statement.text))
                yield Asked(last, place, statement.start + item.start, not statement.in_list, span)

    def _rows(self, found: list[Statement], places: tuple[Place, ...]) -> list[Read]:
        """Return each statement that is no field of a form, with its order lines."""
        asking = False
        rows: list[Read] = []
        for statement in found:
            if self._wanted.is_field(statement):
                asking = False
                continue
            more = bool(rows and rows[-1][1]) and self._wanted.adds(statement)
            items = tuple(self._wanted.items(statement, _within(statement, places), asking or more, more))
            rows.append((statement, items))
            asking = (asking and statement.in_list) or self._wanted.opens_list(statement)
        return rows

    def _forgotten(self, rows: list[Read], at: int, places: tuple[Place, ...]) -> Iterator[Item]:
        """Yield the product without a count that a row among counted rows names: a person has to ask."""
        statement = rows[at][0]
        near = [
            _counts_beside(statement, *row) for row in (*rows[max(0, at - 1) : at], *rows[at + 1 : at + 2])
        ]
        if statement.in_list and any(near) and (statement.bulleted or (len(near) == 2 and all(near))):
            item = self._wanted.forgotten(statement, _within(statement, places))
            yield from [item] if item else []

    def _completed(self, found: list[Statement]) -> list[Statement]:
        """Join a row that has an article but no quantity with the rows above or below that complete it."""
        done: list[Statement] = []
        lacking = False
        for statement in found:
            items = self._lines.items(statement.text, in_list=True) if statement.in_list else ()
            coded = any(item.article for item in items)
            if _is_number_alone(items) and done and self._lacks_number(done[-1], statement):
                done[-1] = replace(done[-1], text=f"{done[-1].text}, {statement.text}", in_list=True)
                continue
            if lacking and not coded and _completes(statement, done[-1]):
                done[-1] = replace(done[-1], text=f"{done[-1].text}, {statement.text}")
                lacking = all(item.quantity is None for item in items)
                continue
            done.append(statement)
            lacking = coded and all(i.quantity is None and i.wanted and not i.unsure for i in items)
        return done

    def _lacks_number(self, row: Statement, below: Statement) -> bool:
        """Whether the row just above says no more than a product and how many of it."""
        items = self._lines.items(row.text, in_list=True) if below.line - row.line <= 1 else ()
        item = items[0] if len(items) == 1 and not below.bulleted else Item(article="")
        told = item.article is None and item.quantity is not None and item.wanted and not item.unsure
        rest = any(token.role is not Role.SIGN for token in item.leftover)
        return told and not rest and self._wanted.names_product(item.description)


def _is_number_alone(items: tuple[Item, ...]) -> bool:
    """Whether the items are one article number, without a name and a count."""
    return len(items) == 1 and completes(items[0], Item(description="…")) and items[0].quantity is None


def _counts_beside(statement: Statement, other: Statement, items: tuple[Item, ...]) -> bool:
    """Whether the other statement is the next row of the same list, and counts something."""
    beside = other.in_list and abs(other.line - statement.line) == 1
    return beside and other.bulleted == statement.bulleted and any(item.quantity for item in items)


def _in_tables(tables: tuple[Found, ...], starts: list[int], where: str) -> Iterator[Asked]:
    for table in tables:
        for n, item in enumerate(table.items):
            row = table.first + 1 + item.start
            yield Asked(item, f"{where}, rad {row}", starts[table.first] + n)


def _with_numbers(found: Iterator[Asked]) -> list[Asked]:
    """Join a product and its article number in the sentence after it ("en ny säng. Art.nr 50650, 1 st")."""
    result: list[Asked] = []
    for a in found:
        if result and a.repeatable and result[-1].repeatable and completes(a.item, result[-1].item):
            result[-1] = replace(result[-1], item=one(result[-1].item, a.item))
        else:
            result.append(a)
    return result


def _completes(statement: Statement, row: Statement) -> bool:
    near = statement.line - row.line <= MAX_APART
    return near and statement.in_list and not statement.bulleted


def _within(statement: Statement, places: tuple[Place, ...]) -> tuple[tuple[int, int], ...]:
    """Return where the statement names places, counted from its beginning."""
    first = bisect_left(places, statement.start, key=attrgetter("end"))
    last = bisect_left(places, statement.start + len(statement.text), key=attrgetter("start"))
    return tuple((p.start - statement.start, p.end - statement.start) for p in places[first:last])
