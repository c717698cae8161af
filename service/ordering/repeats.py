"""Drops what a mail says twice: prose that a list repeats, and a body that its attachment repeats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.ordering.items import Asked

_STEM = 8
"""Letters of a product's word that are compared."""


@dataclass(frozen=True, slots=True)
class Said:
    """Every item once, and those that were said twice with different counts."""

    once: tuple[Asked, ...]
    contradicted: tuple[Asked, ...]


def without_repeats(asked: tuple[Asked, ...]) -> Said:
    """Return the items each once, in their order."""
    coded = [a for a in asked if a.item.article]
    kept: list[Asked] = []
    contradicted: list[Asked] = []
    for a in asked:
        twin = _number_twin(a, kept) if a.item.article else _word_twin(a, coded)
        if twin is None:
            kept.append(a)
        elif twin.item.quantity != a.item.quantity and None not in (twin.item.quantity, a.item.quantity):
            contradicted.append(a)
    return Said(tuple(kept), tuple(contradicted))


def _number_twin(a: Asked, kept: Iterable[Asked]) -> Asked | None:
    """Return the line with the same article in another part of the mail, or here where no count is told."""
    same = (k for k in kept if k.item.article == a.item.article)
    return next((k for k in same if k.source != a.source or a.item.quantity is None), None)


def _word_twin(a: Asked, coded: Iterable[Asked]) -> Asked | None:
    """Return the line with a number whose product a sentence names, best the one of the same count."""
    if not a.repeatable:
        return None
    same = [c for c in coded if c.where != a.where and _alike(a.item.description, c.item.description)]
    exact = next((c for c in same if c.item.quantity == a.item.quantity), None)
    return exact or next(iter(same), None)


def _alike(one: str, two: str) -> bool:
    """Whether two descriptions share a product's word, whatever its ending ("rampe(r)", "rullstol(ar)")."""
    left, right = (re.findall(r"[^\W\d_]{4,}", text.lower()) for text in (one, two))
    return any(
        a[:-2][:_STEM] in b or b[:-2][:_STEM] in a for a in left for b in right if len(a) > 4 and len(b) > 3
    )
