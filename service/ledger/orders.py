"""What is owed a registration: booked once, and pending until registered or cancelled.

Rows of a drill stand apart: they have numbers of their own and are left out unless asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from service.clock import SWEDEN
from service.errors import LedgerError
from service.ledger import audit, proof
from service.ledger.priority import turn
from service.ledger.tables import MessageRow, OrderLineRow, OrderRow
from service.rules.duties import Duties, Duty, Source
from service.values import Kind, Order
from service.wording import delivery_note, line_note, order_note


class OrderState(StrEnum):
    """Where an order stands; its value is what the ledger stores."""

    PENDING = "pending"
    REGISTERED = "registered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Taken:
    """How something came that is no mail: when it really happened, who took it, who owes it and where.

    `slip_number` is the paper that holds what may not stand here; `note` is our own words, screened.
    """

    source: Source
    outage_id: int
    drill: bool
    happened_at: datetime
    duty: Duty
    taken_by: str
    owner_address: str | None = None
    delivered_on: date | None = None
    slip_number: str | None = None
    note: str | None = None


def book(
    session: Session, message: MessageRow, understood: Sequence[Order], now: datetime, by: str = "daemon"
) -> tuple[OrderRow, ...]:
    """Write the orders of one mail, each with a number of its own: RP-2026-000042, counted in the year."""
    booked = []
    for order in understood:
        row = _new_row(session, order, now, by, drill=message.drill)
        row.message_id, row.outage_id = _id(message.id), message.outage_id
        row.sender_address, row.happened_at = message.sender_address, message.arrived_at
        booked.append(_write(session, row, order, digest=message.digest))
    return tuple(booked)


def add(session: Session, order: Order, taken: Taken, by: str, now: datetime) -> OrderRow:
    """Write a row for what came by phone, on paper or at the desk."""
    row = _new_row(session, order, now, by, drill=taken.drill)
    row.source, row.outage_id, row.taken_by = taken.source.value, taken.outage_id, taken.taken_by
    row.happened_at, row.delivered_on = taken.happened_at, taken.delivered_on
    row.owner, row.system = taken.duty.owner.value, taken.duty.system.value
    row.owner_address, row.slip_number, row.note = taken.owner_address, taken.slip_number, taken.note
    return _write(session, row, order, source=row.source, slip=row.slip_number)


def assign(rows: Iterable[OrderRow], duties: Duties) -> None:
    """Note who must register what came by mail, and where, as the site's rules have it."""
    for row in rows:
        duty = duties.of(Kind(row.kind), Source(row.source))
        row.owner, row.system = duty.owner.value, duty.system.value


def register(session: Session, number: str, by: str, sesam_number: str | None, now: datetime) -> OrderRow:
    """Note that the order has been registered in Sesam; refused unless it is pending."""
    row = _settle(session, number, OrderState.REGISTERED, by, now, sesam=sesam_number)
    row.sesam_number = sesam_number
    return row


def cancel(session: Session, number: str, by: str, why: str, now: datetime) -> OrderRow:
    """Note that the order shall not be registered, and why; refused unless it is pending."""
    row = _settle(session, number, OrderState.CANCELLED, by, now)
    row.note = why
    return row


def find(session: Session, number: str) -> OrderRow:
    """Return the order by its number, in any letter case; LedgerError where there is none."""
    row = session.exec(select(OrderRow).where(OrderRow.number == number.strip().upper())).first()
    if row is None:
        raise LedgerError(f"{number}: ingen sådan beställning i liggaren; se `reservpost ledger list`")
    return row


def holder(session: Session, sesam_number: str | None) -> str | None:
    """Return the number of an order that is registered as this one in Sesam already, if any."""
    if not sesam_number:
        return None
    return session.exec(select(OrderRow.number).where(OrderRow.sesam_number == sesam_number)).first()


def of_message(session: Session, message_id: int) -> tuple[OrderRow, ...]:
    """Return the orders of one mail in the order they were read."""
    query = select(OrderRow).where(OrderRow.message_id == message_id).order_by(col(OrderRow.id))
    return tuple(session.exec(query))


def of_outage(session: Session, outage_id: int) -> Sequence[OrderRow]:
    """Return all that one outage owes or owed a registration, oldest first."""
    query = select(OrderRow).where(OrderRow.outage_id == outage_id).order_by(col(OrderRow.id))
    return session.exec(query).all()


def lines_of(session: Session, order: OrderRow) -> Sequence[OrderLineRow]:
    """Return the lines of an order in the order they were read."""
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id).order_by(col(OrderLineRow.position))
    return session.exec(query).all()


def listing(session: Session, state: OrderState | None = None, *, drill: bool = False) -> Sequence[OrderRow]:
    """Return orders as they should be worked: stock orders first, then urgent ones, then the rest."""
    query = select(OrderRow).where(OrderRow.drill == drill).order_by(col(OrderRow.id))
    if state:
        query = query.where(OrderRow.state == state.value)
    return sorted(session.exec(query), key=lambda row: turn(row.kind, urgent=row.urgent))


def _settle(
    session: Session, number: str, state: OrderState, by: str, now: datetime, **told: str | None
) -> OrderRow:
    row = find(session, number)
    if row.state != OrderState.PENDING.value:
        done = "registrerad" if row.state == OrderState.REGISTERED.value else "makulerad"
        raise LedgerError(f"{row.number} är redan {done} av {row.settled_by}; inget ändrades")
    row.state, row.settled_at, row.settled_by = state.value, now, by
    audit.append(session, now, state.value, order=row.number, by=by, **told)
    return row


def _new_row(session: Session, order: Order, now: datetime, by: str, *, drill: bool) -> OrderRow:
    """Return a row with what the order itself says, and the next number of its series."""
    return OrderRow(
        number=_next_number(session, now.astimezone(SWEDEN).year, drill=drill),
        drill=drill,
        kind=order.kind.value,
        from_stock=order.from_stock,
        to_stock=order.to_stock,
        facility=order.facility,
        requested_date=order.requested_date,
        urgent=order.urgent,
        customer_number=order.customer_number,
        register_note=order_note(order),
        delivery_note=delivery_note(order),
        state=OrderState.PENDING.value,
        booked_at=now,
        booked_by=by,
    )


def _write(session: Session, row: OrderRow, order: Order, **told: str | None) -> OrderRow:
    session.add(row)
    session.flush()
    _add_lines(session, row, order)
    noted = proof.content(row, lines_of(session, row))
    audit.append(session, row.booked_at, "booked", order=row.number, by=row.booked_by, content=noted, **told)
    return row


def _next_number(session: Session, year: int, *, drill: bool) -> str:
    series = f"RP-ÖVN-{year}-" if drill else f"RP-{year}-"
    numbers = select(func.max(OrderRow.number)).where(col(OrderRow.number).startswith(series))
    found = session.exec(numbers).one()
    return f"{series}{int(found.rsplit('-', 1)[1]) + 1 if found else 1:06d}"


def _add_lines(session: Session, row: OrderRow, order: Order) -> None:
    for position, line in enumerate(order.lines, start=1):
        session.add(
            OrderLineRow(
                order_id=_id(row.id),
                position=position,
                article_number=line.article_number,
                description=line.description,
                quantity=line.quantity,
                unit=line.unit,
                confidence=line.confidence,
                register_note=line_note(line),
            )
        )


def _id(key: int | None) -> int:
    if key is None:
        raise LedgerError("raden är inte sparad än")
    return key
