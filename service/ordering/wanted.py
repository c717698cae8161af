"""Tells which items of a statement are order lines, and which only speak of things."""

import re
from collections.abc import Iterator
from dataclasses import replace

from service.ordering.items import Item
from service.ordering.lines import LineReader
from service.ordering.patterns import either
from service.ordering.statements import Statement
from service.ordering.tokens import Role
from service.rules.ordering import OrderingRules

MAX_COUNT = 999
"""The largest count of a product without an article number; a larger number is more likely something else."""
LONE_NAME = 3
"""Words of a name among which that for a product stands ("förstärkt mobil lyft")."""

Spans = tuple[tuple[int, int], ...]
"""Where a statement names places."""


class Wanted:
    """Judges the items of statements by the words of the rules."""

    def __init__(self, rules: OrderingRules, lines: LineReader) -> None:
        self._lines = lines
        self._addressed = re.compile(
            rf"\s*(?:{either(rules.places.to_words)})\s[^.:;!?\n]{{2,80}}:", re.IGNORECASE
        )
        # "skickade en stol" tells of the past, and asks for nothing.
        asking = rf"(?:{either(rules.words.orders)})\w{{0,5}}(?<!de)(?<!t)(?<!ts)"
        self._straight = re.compile(rf"\b{asking}\b[^.,;:!?()\d]{{0,40}}$", re.IGNORECASE)
        more = rf"(?:{either(rules.words.adding)})[,:]?\s+(?:\d|(?:{either(rules.units.numbers)})\b)"
        self._adding = re.compile(rf"\s*{more}", re.IGNORECASE)
        self._not_products = frozenset(rules.words.not_products)
        self._devices = re.compile(rf"\s*(?:{either(rules.words.devices)})\b", re.IGNORECASE)
        self._field = _labels(rules.words.fields)
        places = (*rules.places.from_labels, *rules.places.to_labels)
        self._place_field = _labels([label for label in places if label not in rules.places.vague_labels])

    def is_field(self, statement: Statement) -> bool:
        """Whether the statement is a field of a form that holds neither an article nor a count."""
        return self._field.match(statement.text) is not None

    def opens_list(self, statement: Statement) -> bool:
        """Whether what stands below the statement is asked for ("Vi behöver:", "Kan vi få")."""
        text = statement.text.rstrip()
        unfinished = not statement.in_list and self._lines.asks(text) and text[-1:].isalpha()
        return text.endswith(":") or unfinished

    def adds(self, statement: Statement) -> bool:
        """Whether the sentence counts one thing more, after what was asked for ("Dessutom en gåstol")."""
        return not statement.in_list and self._adding.match(statement.text) is not None

    def items(self, statement: Statement, places: Spans, asking: bool, more: bool) -> Iterator[Item]:
        """Yield the statement's order lines; `asking`: words above it ask; `more`: it `adds`."""
        items = self._lines.items(statement.text, statement.in_list, places)
        coded = any(item.article for item in items)
        counted = any(item.wanted and item.quantity for item in items)
        for item in () if self._speaks_of_else(statement, items) else items:
            # In a row only what stands above it, or an article beside it, tells that a bare number counts.
            asks = coded or asking or (not statement.in_list and self._asks(statement.text[: item.end]))
            if item.wanted and not item.article and _is_lone(item, statement, more):
                straight = more or self._straight.search(statement.text[: item.start]) is not None
                yield from self._lone(item) if asks and straight else ()
                continue
            if statement.in_list and places and _counts_nothing(item):
                # "Almhaga äldreboende 3 st" may share out what is named above it.
                yield replace(item, unsure=True)
                continue
            asked = item.article or self._is_asked_for(item, statement.in_list, asks)
            told = item.listed or statement.in_list or self._asks(statement.text[: item.start])
            if item.wanted and (asked or (counted and told and self._lacks_count(item))):
                # "Gemino 20" under "Vi behöver:" may be twenty of one, or one of the other.
                bare = item.article is None and item.quantity is not None and statement.in_list
                doubted = (bare and not item.steady) or (coded and self._may_be_more(item))
                yield replace(item, unsure=True) if doubted else item

    def _may_be_more(self, item: Item) -> bool:
        """Whether the item says more of one with a number, beside it ("41320 4 st (2 röda och 2 blå)")."""
        measured = any(t.role is Role.QUANTITY for t in item.used)
        return item.article is None and not measured and not self._lines.is_product(item, among=LONE_NAME)

    def _lone(self, item: Item) -> Iterator[Item]:
        """Yield the one thing that a sentence asks for, in doubt where it may be no product."""
        if self._lines.is_product(item, among=LONE_NAME):
            yield item
        elif self.names_product(item.description) and self._not_products.isdisjoint(_words(item)):
            yield replace(item, unsure=True)

    def forgotten(self, statement: Statement, places: Spans) -> Item | None:
        """Return the product that a row names without a count; None where it says anything else."""
        items = self._lines.items(statement.text, statement.in_list, places)
        alone = len(items) == 1 and items[0].wanted and items[0].quantity is None
        if places or not alone or not self.names_product(items[0].description):
            return None
        return items[0] if statement.bulleted or self._lacks_count(items[0]) else None

    def _asks(self, said: str) -> bool:
        """Whether the words ask for what follows, or tell only where it goes ("Till Annagården: två ...")."""
        return self._lines.asks(said) or self._addressed.match(said) is not None

    def _lacks_count(self, item: Item) -> bool:
        """Whether the item is the word for a whole product, said without a count."""
        return item.quantity is None and self._lines.is_product(item)

    def _speaks_of_else(self, statement: Statement, items: tuple[Item, ...]) -> bool:
        """Whether it names a place in a form, tells in prose what is not wanted, or lists single devices."""
        if self._devices.match(statement.text) and not any(item.steady for item in items):
            return True
        if any(item.article for item in items):
            return False
        refused = not statement.in_list and not all(item.wanted for item in items)
        return refused or self._place_field.match(statement.text) is not None

    def _is_asked_for(self, item: Item, in_list: bool, asks: bool) -> bool:
        """Whether an item without an article is a counted product where something is asked for."""
        if not self.names_product(item.description):
            return False
        if item.unsure:
            return in_list or asks
        if item.quantity is None or item.quantity > MAX_COUNT:
            return False
        if in_list:
            return item.steady or asks
        return asks

    def names_product(self, description: str) -> bool:
        """Whether the description can be that of a thing which is ordered."""
        letters = re.findall(r"[^\W\d_]", description)
        return len(letters) > 2 and description.split(" ")[0].lower() not in self._not_products


def _is_lone(item: Item, statement: Statement, more: bool) -> bool:
    """Whether a sentence speaks of one thing, which may be no more than a way of speaking ("en sak till")."""
    told = item.listed or (item.steady and not more)
    return not statement.in_list and item.quantity == 1 and not told


def _counts_nothing(item: Item) -> bool:
    """Whether the item is a count, with its measure, of what is not said."""
    measured = any(t.role is Role.QUANTITY and t.text.rstrip(".")[-1].isalpha() for t in item.used)
    return measured and item.article is None and not item.description


def _words(item: Item) -> list[str]:
    return item.description.lower().split()


def _labels(labels: tuple[str, ...] | list[str]) -> re.Pattern[str]:
    label = rf"(?:{either(labels)})"
    return re.compile(rf"\s*[*•-]?\s*{label}(?:\s?/\s?{label})?\s*(?::|\.{{3,}}|\t|\s{{3,}})", re.IGNORECASE)
