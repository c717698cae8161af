"""What the items of one statement lend each other: a product's name, its number, a quantity for all."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import takewhile

from service.ordering.items import Item
from service.ordering.tokens import Role, Token

_SIZE_LABELS = frozenset(("strl", "str", "stl", "storlek"))
MAX_SIZE = 3
"""Letters of a size that stands alone: S, XL, XXL."""


def lend(items: Iterable[Item], tokens: tuple[Token, ...]) -> tuple[Item, ...]:
    """Return the items of the statement with what they say of each other; every token stays in one item."""
    return tuple(_with_same(_with_each(_with_parts(_with_names(_with_numbers(_with_counts(items)))), tokens)))


def _with_same(items: Iterable[Item]) -> Iterator[Item]:
    last: Item | None = None
    for item in items:
        last = as_many(item, last)
        yield last


def as_many(item: Item, last: Item | None) -> Item:
    """Return the item with the count of the one before it, where as many are wanted ("lika många korgar").

    As many as so many pairs may be pairs or pieces.
    """
    if not item.same or last is None or last.quantity is None or last.unit != item.unit:
        return item
    return replace(item, quantity=last.quantity, steady=last.steady, same=False)


def _with_counts(items: Iterable[Item]) -> list[Item]:
    """Leave a count of nothing over in the item before it ("2 st, 5 st"), so that a person sees it."""
    result: list[Item] = []
    for item in items:
        if result and item.quantity is not None and item.article is None and not item.description:
            result[-1] = replace(result[-1], leftover=result[-1].leftover + item.used + item.leftover)
        else:
            result.append(item)
    return result


def _with_numbers(items: Iterable[Item]) -> list[Item]:
    """Join a product and the bare number that follows it: "en duschstol ... nr 20610, en st"."""
    result: list[Item] = []
    for item in items:
        if result and completes(item, result[-1]):
            result[-1] = one(result[-1], item)
        else:
            result.append(item)
    return result


def completes(item: Item, last: Item) -> bool:
    """Whether the item is the bare article number of the product that was asked for just before it."""
    bare = item.article is not None and not item.description
    lacks = last.article is None and bool(last.description)
    return bare and lacks and (item.quantity is None or last.quantity in (item.quantity, None))


def one(last: Item, item: Item) -> Item:
    """Return the product and its article number as one item."""
    return replace(
        item,
        description=last.description,
        quantity=last.quantity if item.quantity is None else item.quantity,
        unit=last.unit if item.quantity is None else item.unit,
        steady=last.steady or item.steady,
        leftover=last.leftover + item.leftover,
        used=last.used + item.used,
        start=last.start,
    )


def _with_names(items: Iterable[Item]) -> list[Item]:
    """Carry the product's name on to bare sizes: "Sele: 2 st S (52041), 3 st M (52042)"."""
    head = ""
    result = []
    for item in items:
        words = [word for word in item.description.split() if word.lower() not in _SIZE_LABELS]
        if head and len(words) == 1 and _is_size(words[0]) and item.quantity is not None:
            result.append(replace(item, description=f"{head} {item.description}"))
            continue
        if words:
            head = " ".join(words[:-1] if len(words) > 1 and _is_size(words[-1]) else words)
        result.append(item)
    return result


def _with_parts(items: list[Item]) -> list[Item]:
    """Let go of a sum that the items after it part: "2 lyftselar: en M (52044) och en L (52045)"."""
    result: list[Item] = []
    for at, item in enumerate(items):
        parts = list(takewhile(partial(_is_part, item), items[at + 1 :]))
        if len(parts) < 2:
            result.append(item)
        elif item.quantity not in (None, sum(part.quantity or 0 for part in parts)):
            result.append(replace(item, unsure=True))
        else:
            used, leftover = (*item.used, *parts[0].used), (*item.leftover, *parts[0].leftover)
            items[at + 1] = replace(parts[0], used=used, leftover=leftover)
    return result


def _is_part(whole: Item, item: Item) -> bool:
    """Whether the item is a size, with its own number, of the whole that has none."""
    head, _, size = item.description.rpartition(" ")
    named = whole.article is None and bool(head) and head == whole.description
    return named and item.article is not None and _is_size(size)


def _is_size(word: str) -> bool:
    return len(word) <= MAX_SIZE and word.isupper()


def _with_each(items: list[Item], tokens: tuple[Token, ...]) -> list[Item]:
    """Give "två av varje" to every article of the statement that has no quantity of its own."""
    each = next((t for t in tokens if t.role is Role.EACH), None)
    if each is None:
        return items
    return [
        replace(i, quantity=each.value, steady=True) if i.article and i.quantity is None else i for i in items
    ]
