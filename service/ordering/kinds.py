"""Tells what a mail is about, from the words of its newest text and the places it names."""

from service.rules.ordering import KindRules, Phrase
from service.values import Kind


def said_kinds(text: str, rules: KindRules) -> frozenset[Kind]:
    """Return every kind that the text speaks of."""
    return frozenset(phrase.kind for phrase in rules.phrases if phrase.found_in(text))


def first_said(text: str, phrases: tuple[Phrase, ...]) -> Phrase | None:
    """Return the first of the phrases that the text holds."""
    return next((phrase for phrase in phrases if phrase.found_in(text)), None)


def order_kind(said: frozenset[Kind], has_source: bool, to_stock: bool, to_facility: bool) -> Kind:
    """Return the allowed kind of an order, by what is said and where it goes; OTHER where neither tells."""
    if to_stock and (has_source or (Kind.STOCK_TRANSFER in said and Kind.STOCK_REPLENISHMENT not in said)):
        return Kind.STOCK_TRANSFER
    if to_stock:
        return Kind.STOCK_REPLENISHMENT
    if to_facility:
        return Kind.FACILITY_ORDER
    for kind in (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT):
        if kind in said:
            return kind
    return Kind.OTHER


def forbidden(said: frozenset[Kind]) -> tuple[Kind, ...]:
    """Return the kinds spoken of that may not be ordered by mail, the gravest first."""
    grave = (Kind.PRESCRIPTION, Kind.RETURN, Kind.WORK_ORDER)
    return tuple(kind for kind in grave if kind in said)
