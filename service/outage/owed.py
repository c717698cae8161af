"""What is owed a registration: the pending rows, since when each can be registered, and how each is shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from service.ledger import orders
from service.ledger.priority import STOCK
from service.ledger.tables import OrderLineRow, OrderRow, SystemRow
from service.letters.shown import ShownItem, ShownLine
from service.letters.templates import plain
from service.outage.calendar import day_of
from service.outage.office import shown_time
from service.outage.reconcile import Entry
from service.rules.duties import Duties, Source
from service.values import Kind
from service.wording import KINDS, OWNERS, STATES, SYSTEMS, quantity

Lines = Mapping[int, Sequence[OrderLineRow]]
"""The lines of each order, by the order's id."""


def pending(session: Session, *, drill: bool = False) -> list[OrderRow]:
    """Return what waits for registration, in the order to register it."""
    return list(orders.listing(session, orders.OrderState.PENDING, drill=drill))


def lines_of(session: Session, rows: Iterable[OrderRow]) -> Lines:
    """Return the lines of all these orders with one question to the ledger."""
    found: dict[int, list[OrderLineRow]] = {row.id: [] for row in rows if row.id is not None}
    query = select(OrderLineRow).where(col(OrderLineRow.order_id).in_(found))
    for line in session.exec(query.order_by(col(OrderLineRow.order_id), col(OrderLineRow.position))):
        found[line.order_id].append(line)
    return found


def registrable_since(row: OrderRow, systems: Iterable[SystemRow], duties: Duties) -> datetime | None:
    """Return since when the row can be registered, or None while every system where it may be is down.

    A portal that is down hinders nothing that is registered in Sesam 2, and the other way round.
    """
    places = duties.of(Kind(row.kind), Source(row.source)).systems
    every = list(systems)
    opened = [_up_since(row, [each for each in every if each.name == place.value]) for place in places]
    return min((moment for moment in opened if moment), default=None)


def _up_since(row: OrderRow, downs: Iterable[SystemRow]) -> datetime | None:
    """Return since when one system could take the row, by every time that it was down."""
    ends = [system.up_at for system in downs]
    if None in ends:
        return None
    return max([row.booked_at, *(end for end in ends if end)])


def item(row: OrderRow, lines: Lines, *, new: bool = False, with_state: bool = False) -> ShownItem:
    """Return the row as letters show it."""
    return ShownItem(
        number=row.number,
        kind=KINDS[Kind(row.kind)].capitalize(),
        owner=OWNERS[row.owner],
        system=SYSTEMS[row.system],
        came=shown_time(row.happened_at or row.booked_at),
        from_stock=plain(row.from_stock or ""),
        destination=_beside(row.to_stock or row.facility or "", row.register_note),
        requested_date=row.requested_date.isoformat() if row.requested_date else "",
        delivery=plain(row.delivery_note),
        delivered=row.delivered_on.isoformat() if row.delivered_on else "",
        sender=row.sender_address or plain(row.taken_by or ""),
        slip=row.slip_number or "",
        note=plain(row.note or ""),
        state=STATES[row.state] if with_state else "",
        urgent=row.urgent,
        new=new,
        lines=tuple(_line(line) for line in lines.get(row.id or 0, ())),
    )


def entries(session: Session) -> list[Entry]:
    """Return every real row, whatever its state, as it is compared with what Sesam has."""
    rows = orders.listing(session)
    lines = lines_of(session, rows)
    return [
        Entry(
            number=row.number,
            state=row.state,
            destination=row.to_stock or row.facility or "",
            day=day_of(row.happened_at or row.booked_at),
            goods=_goods(lines.get(row.id or 0, ())),
            sesam_number=row.sesam_number,
            restocks=Kind(row.kind) in STOCK,
            settled_on=day_of(row.settled_at) if row.settled_at else None,
        )
        for row in rows
    ]


def _goods(lines: Iterable[OrderLineRow]) -> dict[str, float]:
    """Return how many of each article; what has no number cannot be compared."""
    goods: dict[str, float] = {}
    for line in lines:
        if line.article_number:
            goods[line.article_number] = goods.get(line.article_number, 0) + line.quantity
    return goods


def _line(line: OrderLineRow) -> ShownLine:
    return ShownLine(
        f"{quantity(line.quantity)} {plain(line.unit)}",
        plain(line.article_number or ""),
        _beside(line.description, line.register_note),
    )


def _beside(written: str, note: str) -> str:
    """Return what the sender wrote, and beside it what the registers say of it."""
    return plain(f"{written} ({note})" if note else written)
