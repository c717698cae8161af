"""Tells an order line from the sum that a sentence gives of those below it ("Vi flyttar tre märkta hit:")."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from service.ordering.items import Item
from service.ordering.statements import Statement

Read = tuple[Statement, tuple[Item, ...]]
"""A statement and its order lines."""
_ALL_IN_ONE = frozenset(("set", "sats"))


def without_sums(rows: Sequence[Read]) -> Iterator[Read]:
    """Yield the rows without the items that sum up those below; one that may, and does not fit, is unsure."""
    for at, (statement, items) in enumerate(rows):
        below = tuple(_listed(rows[at + 1 :])) if _leads(statement, items) else ()
        if not below or any(item.article is None for item in below):
            yield statement, items
        elif _sums_up(items[-1], below):
            yield statement, items[:-1]
        else:
            yield statement, (*items[:-1], replace(items[-1], unsure=True))


def _leads(statement: Statement, items: tuple[Item, ...]) -> bool:
    """Whether the last thing that a sentence counts, without a number of its own, leads to a list."""
    leads = not statement.in_list and statement.text.rstrip().endswith(":")
    return leads and bool(items) and items[-1].article is None and items[-1].quantity is not None


def _listed(rows: Sequence[Read]) -> Iterator[Item]:
    for _, items in takewhile(lambda row: row[0].in_list, rows):
        yield from items


def _sums_up(item: Item, below: tuple[Item, ...]) -> bool:
    whole = item.quantity == 1 and item.unit in _ALL_IN_ONE
    return whole or item.quantity in (len(below), sum(each.quantity or 0 for each in below))
