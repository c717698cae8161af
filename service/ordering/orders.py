"""Brings lines, places, kind and day together into orders."""

import re
from dataclasses import replace
from datetime import date

from service.ordering.dates import requested_date
from service.ordering.destinations import Consignment, consignments, source
from service.ordering.gathered import Gathered
from service.ordering.items import Asked
from service.ordering.kinds import order_kind
from service.values import Kind, Order, OrderLine

_CUSTOMER = re.compile(r"\bkund(?:nummer|nr)\b\.?\s?:?\s{0,30}(\d{4,6})\b", re.IGNORECASE)
SURE_BY_NUMBER, SURE_BY_NAME, BARE_COUNT = 0.99, 0.9, 0.93
"""Confidence of a line with an article number and without, and what is left of it for a bare count."""


def orders(
    body: Gathered, topic: Gathered, said: frozenset[Kind], urgent: bool, sent: date | None
) -> tuple[Order, ...]:
    """Return one order for each place that the lines of the body go to; `topic` is what the subject says."""
    customer = _CUSTOMER.search(body.text)
    common = Order(
        kind=Kind.OTHER,
        from_stock=source(body, topic, said),
        requested_date=requested_date(body.text, sent) or requested_date(topic.text, sent),
        urgent=urgent,
        customer_number=customer[1] if customer else None,
    )
    return tuple(_order(common, part, said) for part in consignments(body, topic, said))


def _order(common: Order, part: Consignment, said: frozenset[Kind]) -> Order:
    """Return the order of one consignment, with what all orders of the mail have in common."""
    place = part.place
    kind = order_kind(said, place, has_source=common.from_stock is not None)
    return replace(
        common,
        kind=kind,
        from_stock=common.from_stock if kind is Kind.STOCK_TRANSFER else None,
        to_stock=place.name if place and place.stock else None,
        facility=place.name if place and not place.stock else None,
        lines=tuple(_line(a) for a in part.asked),
        leftover=tuple(token.text for a in part.asked for token in a.item.leftover),
    )


def _line(asked: Asked) -> OrderLine:
    item = asked.item
    confidence = (SURE_BY_NUMBER if item.article else SURE_BY_NAME) * (1.0 if item.steady else BARE_COUNT)
    return OrderLine(
        article_number=item.article,
        description=item.description,
        quantity=item.quantity or 0.0,
        unit=item.unit,
        confidence=round(confidence, 2),
        where=asked.where,
    )
