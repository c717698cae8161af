"""The orders that are owed a registration: booked once, and pending until registered or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import MessageRow, OrderLineRow, OrderRow
from service.values import Kind, Order

SWEDEN = ZoneInfo("Europe/Stockholm")


class OrderState(StrEnum):
    """Where an order stands; its value is what the ledger stores."""

    PENDING = "pending"
    REGISTERED = "registered"
    CANCELLED = "cancelled"


def book(
    session: Session, message: MessageRow, understood: Sequence[Order], now: datetime, by: str = "daemon"
) -> tuple[OrderRow, ...]:
    """Write the orders of one mail, each with a number of its own: RP-2026-000042, counted in the year."""
    year, last = now.astimezone(SWEDEN).year, _last_number(session, now.astimezone(SWEDEN).year)
    booked = []
    for offset, order in enumerate(understood, start=1):
        row = OrderRow(
            number=f"RP-{year}-{last + offset:06d}",
            message_id=_id(message.id),
            kind=order.kind.value,
            from_stock=order.from_stock,
            to_stock=order.to_stock,
            facility=order.facility,
            requested_date=order.requested_date,
            urgent=order.urgent,
            customer_number=order.customer_number,
            sender_address=message.sender_address,
            state=OrderState.PENDING.value,
            booked_at=now,
            booked_by=by,
        )
        session.add(row)
        session.flush()
        _add_lines(session, row, order)
        audit.append(session, now, "booked", order=row.number, digest=message.digest, by=by)
        booked.append(row)
    return tuple(booked)


def register(session: Session, number: str, by: str, sesam_number: str | None, now: datetime) -> OrderRow:
    """Note that the order has been registered in Sesam; refused unless it is pending."""
    return _settle(session, number, OrderState.REGISTERED, by, now, sesam_number=sesam_number)


def cancel(session: Session, number: str, by: str, why: str, now: datetime) -> OrderRow:
    """Note that the order shall not be registered, and why; refused unless it is pending."""
    return _settle(session, number, OrderState.CANCELLED, by, now, note=why)


def find(session: Session, number: str) -> OrderRow:
    """Return the order by its number, in any letter case; LedgerError where there is none."""
    row = session.exec(select(OrderRow).where(OrderRow.number == number.strip().upper())).first()
    if row is None:
        raise LedgerError(f"{number}: ingen sådan beställning i liggaren; se `reservpost ledger list`")
    return row


def of_message(session: Session, message_id: int) -> tuple[OrderRow, ...]:
    """Return the orders of one mail in the order they were read."""
    query = select(OrderRow).where(OrderRow.message_id == message_id).order_by(col(OrderRow.id))
    return tuple(session.exec(query))


def lines_of(session: Session, order: OrderRow) -> Sequence[OrderLineRow]:
    """Return the lines of an order in the order they were read."""
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id).order_by(col(OrderLineRow.position))
    return session.exec(query).all()


def listing(session: Session, state: OrderState | None = None) -> Sequence[OrderRow]:
    """Return orders as they should be worked: stock orders first, then urgent ones, then the rest."""
    stock_first = col(OrderRow.kind).in_([Kind.STOCK_TRANSFER.value, Kind.STOCK_REPLENISHMENT.value])
    query = select(OrderRow).order_by(
        case((stock_first, 0), else_=1), col(OrderRow.urgent).desc(), col(OrderRow.id)
    )
    if state:
        query = query.where(OrderRow.state == state.value)
    return session.exec(query).all()


def counts(session: Session) -> dict[str, int]:
    """Return how many orders stand in each state."""
    return dict(session.exec(select(OrderRow.state, func.count()).group_by(OrderRow.state)).all())


def _settle(
    session: Session,
    number: str,
    state: OrderState,
    by: str,
    now: datetime,
    sesam_number: str | None = None,
    note: str | None = None,
) -> OrderRow:
    row = find(session, number)
    if row.state != OrderState.PENDING.value:
        done = "registrerad" if row.state == OrderState.REGISTERED.value else "makulerad"
        raise LedgerError(f"{row.number} är redan {done} av {row.settled_by}; inget ändrades")
    row.state, row.settled_at, row.settled_by = state.value, now, by
    row.sesam_number, row.note = sesam_number, note
    audit.append(session, now, state.value, order=row.number, by=by, sesam=sesam_number)
    return row


def _last_number(session: Session, year: int) -> int:
    highest = session.exec(select(func.max(OrderRow.number)).where(col(OrderRow.number).like(f"RP-{year}-%")))
    found = highest.one()
    return int(found.rsplit("-", 1)[1]) if found else 0


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
            )
        )


def _id(key: int | None) -> int:
    if key is None:
        raise LedgerError("raden är inte sparad än")
    return key
