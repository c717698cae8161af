"""Drops what a mail says twice: prose that a list repeats, and a body that its attachment repeats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.ordering.items import Asked

_STEM = 8
"""Letters of a product's word that are compared."""


@dataclass(frozen=True, slots=True)
class Said:
    """Every item once, and those that a person must settle: contradicted, or said in passing."""

    once: tuple[Asked, ...]
    unsettled: tuple[Asked, ...]


def without_repeats(asked: tuple[Asked, ...]) -> Said:
    """Return the items each once, in their order."""
    coded = [a for a in asked if a.item.article]
    listed = [a for a in asked if not a.item.article and not a.repeatable]
    kept: list[Asked] = []
    numbered = {(a.where, a.sentence) for a in coded}
    unsettled: list[Asked] = []
    for a in asked:
        twin = _number_twin(a, kept) if a.item.article else _word_twin(a, coded)
        if twin is None:
            unsettled.extend([a] if a.item.article and _in_other_form(a, kept) else [])
            kept.append(a)
            passing = coded and _in_passing(a) and (a.where, a.sentence) not in numbered
            unsettled.extend([a] if passing or _stands_in_list(a, listed) else [])
        elif twin.item.quantity != a.item.quantity and None not in (twin.item.quantity, a.item.quantity):
            unsettled.append(a)
    return Said(tuple(kept), tuple(unsettled))


def _in_passing(a: Asked) -> bool:
    """Whether the sentence may only speak of a thing ("vi tar in en ny"), beside the lines it leads to."""
    return a.repeatable and a.item.quantity == 1 and not a.item.steady


def _stands_in_list(a: Asked, listed: Iterable[Asked]) -> bool:
    """Whether a sentence names what a list without numbers may tell again ("fyra stolar enligt listan")."""
    first = a.item.description.partition(" ")[0]
    return a.repeatable and any(_alike(first, each.item.description.partition(" ")[0]) for each in listed)


def _number_twin(a: Asked, kept: Iterable[Asked]) -> Asked | None:
    """Return the line with the same article in another part of the mail, or here where no count is told."""
    same = (k for k in kept if k.item.article == a.item.article)
    return next((k for k in same if k.source != a.source or a.item.quantity is None), None)


def _in_other_form(a: Asked, kept: Iterable[Asked]) -> bool:
    """Whether a sentence and a row of one text ask for the same article: once, or once more."""
    same = (k for k in kept if k.item.article == a.item.article and k.source == a.source)
    return any(k.repeatable != a.repeatable for k in same)


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
    return any(_stem(a) in b or _stem(b) in a for a in left for b in right)


def _stem(word: str) -> str:
    """Return the word without what may be an ending; a short word is all stem."""
    return word[:-2][:_STEM] if len(word) > _STEM - 3 else word
