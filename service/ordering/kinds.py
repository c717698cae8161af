"""Tells what a mail is about, from the words of its newest text and the places it names."""

from collections.abc import Sequence

from service.ordering.place import Place
from service.rules.ordering import KindRules, Phrase
from service.values import Kind, Order

_NOT_BY_MAIL = (Kind.PRESCRIPTION, Kind.RETURN, Kind.WORK_ORDER)
"""Kinds that may not be ordered by mail, the gravest first."""


def said_kinds(text: str, rules: KindRules) -> frozenset[Kind]:
    """Return every kind that the text speaks of."""
    return frozenset(phrase.kind for phrase in rules.phrases if phrase.found_in(text))


def first_said(text: str, phrases: tuple[Phrase, ...]) -> Phrase | None:
    """Return the first of the phrases that the text holds."""
    return next((phrase for phrase in phrases if phrase.found_in(text)), None)


def order_kind(said: frozenset[Kind], goal: Place | None, *, has_source: bool) -> Kind:
    """Return the allowed kind of an order, by what is said and where it goes; OTHER where neither tells."""
    if goal is None:
        told = (kind for kind in (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT) if kind in said)
        return next(told, Kind.OTHER)
    if not goal.stock:
        return Kind.FACILITY_ORDER
    moved = Kind.STOCK_TRANSFER in said and Kind.STOCK_REPLENISHMENT not in said
    return Kind.STOCK_TRANSFER if has_source or moved else Kind.STOCK_REPLENISHMENT


def forbidden(said: frozenset[Kind]) -> tuple[Kind, ...]:
    """Return the kinds spoken of that may not be ordered by mail, the gravest first."""
    return tuple(kind for kind in _NOT_BY_MAIL if kind in said)


def mail_kind(said: frozenset[Kind], orders: Sequence[Order]) -> Kind:
    """Return what the whole mail is about: the gravest that is forbidden, else its first order."""
    banned = forbidden(said)
    if banned:
        return banned[0]
    return orders[0].kind if orders else order_kind(said, None, has_source=False)
