"""Tells whether two orders ask for nearly the same: the same place, and mostly the same articles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from service.ledger.tables import OrderLineRow, OrderRow
from service.values import Order, OrderLine

ALIKE = 0.8
"""How large a part of all the articles of two orders must stand in both: one of five may differ."""


class Goods(Protocol):
    """What an order line asks for, as understood or as booked."""

    @property
    def article_number(self) -> str | None: ...  # noqa: D102 -- as OrderLine

    @property
    def description(self) -> str: ...  # noqa: D102

    @property
    def quantity(self) -> float: ...  # noqa: D102


def alike(order: Order, row: OrderRow, lines: Sequence[OrderLineRow]) -> bool:
    """Whether the order, as understood, asks for nearly what the booked one does."""
    theirs, ours = set(articles(lines)), set(articles(order.lines))
    if not theirs or not ours or order.kind.value != row.kind:
        return False
    shared = len(theirs & ours) / len(theirs | ours)
    return shared >= ALIKE and _same_place(order.destination, row.to_stock or row.facility)


def same_goods(lines: Iterable[OrderLine], rows: Iterable[OrderLineRow]) -> bool:
    """Whether every article is asked for in the same number."""
    return articles(lines) == articles(rows)


def articles(lines: Iterable[Goods]) -> Counter[str]:
    """Return how many are asked for of each article, by its number or else its words."""
    counted: Counter[str] = Counter()
    for line in lines:
        # Thousandths, so that halves of a package are counted without rounding.
        counted[article(line)] += round(line.quantity * 1000)
    return counted


def article(line: Goods) -> str:
    """Return what names the article of a line: its number, else its words."""
    return line.article_number or " ".join(line.description.casefold().split())


def _same_place(one: str | None, two: str | None) -> bool:
    """Whether one name holds all the words of the other; an unknown place is any place."""
    ours, theirs = (set((name or "").casefold().replace(",", " ").split()) for name in (one, two))
    return ours <= theirs or theirs <= ours
