"""Brings lines, places, kind and day together into orders."""

import re
from dataclasses import replace
from datetime import date

from service.ordering.dates import Wish, requested
from service.ordering.destinations import Consignment, consignments, source
from service.ordering.details import Details
from service.ordering.doubts import has_number_left
from service.ordering.gathered import Gathered
from service.ordering.items import Asked
from service.ordering.kinds import order_kind
from service.ordering.place import Direction
from service.values import FieldRead, Kind, Order, OrderLine

_CUSTOMER = re.compile(r"\bkund(?:nummer|nr)\b\.?\s?:?\s{0,30}(\d{4,6})\b", re.IGNORECASE)
BY_NUMBER, BY_NAME = 0.99, 0.93
"""How surely a line's product is told by a number, and by its name alone."""
STEADY, BARE, DOUBTED = 0.99, 0.93, 0.5
"""How surely a count is told: with a measure or alone, by a bare number, and in two ways."""
UNIT, ASSUMED_UNIT = 0.99, 0.97
"""How surely a measure is told: named, and taken to be pieces because none is."""
GOAL, NAMED, TOWN = 0.99, 0.95, 0.9
"""How surely a place is where goods go: told as such, only named, and named by its town alone."""
DAY, NAMED_DAY = 0.98, 0.9
"""How surely a time is wished for: beside words of delivery, and only named. The bench holds all of these."""


def orders(
    body: Gathered, topic: Gathered, said: frozenset[Kind], details: Details, sent: date | None
) -> tuple[Order, ...]:
    """Return one order for each place that the lines of the body go to; `topic` is what the subject says."""
    customer = _CUSTOMER.search(body.text)
    of_body, of_topic = requested(body.text, sent), requested(topic.text, sent)
    wish = next((w for w in (of_body, of_topic) if w and w.day), of_body or of_topic)
    common = Order(
        kind=Kind.OTHER,
        from_stock=source(body, topic, said),
        requested_date=wish.day if wish else None,
        urgent=details.urgent(f"{topic.text}\n{body.text}", wish, sent),
        customer_number=customer[1] if customer else None,
        delivery=details.delivery(body.text, wish),
        fields=_of_wish(wish, body if wish is of_body else topic),
    )
    return tuple(_order(common, part, said, body, topic) for part in consignments(body, topic, said))


def _order(common: Order, part: Consignment, said: frozenset[Kind], body: Gathered, topic: Gathered) -> Order:
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
        fields=(*_of_place(part, topic if place in topic.places else body), *common.fields),
    )


def _of_wish(wish: Wish | None, said: Gathered) -> tuple[FieldRead, ...]:
    if wish is None:
        return ()
    where = said.where(max(said.text.find(wish.text), 0))
    return (FieldRead("requested_date", DAY if wish.sure else NAMED_DAY, where),)


def _of_place(part: Consignment, said: Gathered) -> tuple[FieldRead, ...]:
    place = part.place
    if place is None:
        return (FieldRead("destination", 0.0),)
    told = place.direction in (Direction.TO, Direction.LABEL)
    sure = DOUBTED if part.rivalled else TOWN if place.town else GOAL if told else NAMED
    return (FieldRead("destination", sure, said.where(place.start)),)


def _line(asked: Asked) -> OrderLine:
    item = asked.item
    counted = (STEADY if item.steady else BARE) if item.quantity else 0.0
    counted = min(counted, DOUBTED) if item.unsure or has_number_left(item) else counted
    product = BY_NUMBER if item.article else BY_NAME
    told = {
        "article_number": product if item.article else 0.0,
        "description": BY_NAME if item.description else 0.0,
        "quantity": counted,
        "unit": UNIT if item.steady and item.unit != "st" else ASSUMED_UNIT,
    }
    return OrderLine(
        article_number=item.article,
        description=item.description,
        quantity=item.quantity or 0.0,
        unit=item.unit,
        confidence=min(product, counted),
        where=asked.where,
        fields=tuple(FieldRead(name, sure, asked.where) for name, sure in told.items()),
    )
