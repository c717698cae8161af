"""Holds the rows of the ledger against what the chain says happened: one changed past the program shows.

The chain alone shows only that nobody changed the chain.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.ledger.tables import AuditRow, MessageRow, OrderLineRow, OrderRow

STATES = {"booked": "pending", "registered": "registered", "cancelled": "cancelled"}
"""What the last event about an order makes of it."""

GONE = "är borttagen utanför programmet"
Said = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Altered:
    """A row that is not as the chain says: which (RP-2026-000042, mail 7), and what of it, in Swedish."""

    name: str
    what: str


def altered(session: Session) -> tuple[Altered, ...]:
    """Return every order and mail that differs from what the chain says, or stands in only one of the two."""
    orders, mails = _told(session)
    return (*_orders(session, orders), *_mails(session, mails))


def content(row: OrderRow, lines: Iterable[OrderLineRow]) -> str:
    """Return a digest of what was ordered, in hex: where, when and what, not how far it has come."""
    asked = [row.kind, row.from_stock, row.to_stock, row.facility, row.urgent, row.customer_number]
    when = row.requested_date.isoformat() if row.requested_date else None
    goods = [[line.article_number, line.description, float(line.quantity), line.unit] for line in lines]
    return hashlib.sha256(json.dumps([*asked, when, goods], ensure_ascii=False).encode()).hexdigest()


def _told(session: Session) -> tuple[dict[str, Said], dict[str, Said]]:
    """Return the last that the chain says of each order, by its number, and of each mail, by its digest."""
    orders: dict[str, Said] = {}
    mails: dict[str, Said] = {}
    for text in session.exec(select(AuditRow.body).order_by(col(AuditRow.seq))):
        body = json.loads(text)
        if body["event"] in STATES:
            known = orders.get(body["order"], {})
            orders[body["order"]] = {**known, **body, "state": STATES[body["event"]]}
        elif body["event"] in ("received", "decided", "reviewed"):
            mails[body["digest"]] = {**mails.get(body["digest"], {}), **body}
    return orders, mails


def _orders(session: Session, told: Mapping[str, Said]) -> Iterator[Altered]:
    rows = {row.number: row for row in session.exec(select(OrderRow).order_by(col(OrderRow.id)))}
    lines: dict[int, list[OrderLineRow]] = {}
    for line in session.exec(select(OrderLineRow).order_by(col(OrderLineRow.position))):
        lines.setdefault(line.order_id, []).append(line)
    for number, row in rows.items():
        yield from _compared(number, told.get(number), _of_order(row, lines.get(row.id or 0, ())))
    yield from (Altered(number, GONE) for number in told if number not in rows)


def _of_order(row: OrderRow, lines: Sequence[OrderLineRow]) -> dict[str, tuple[str, object]]:
    return {
        "state": ("läget", row.state),
        "sesam": ("numret i Sesam", row.sesam_number),
        "content": ("vad som är beställt", content(row, lines)),
    }


def _mails(session: Session, told: Mapping[str, Said]) -> Iterator[Altered]:
    rows = {row.digest: row for row in session.exec(select(MessageRow).order_by(col(MessageRow.id)))}
    for digest, row in rows.items():
        found = {"decision": ("beslutet", row.decision), "outcome": ("granskningen", row.review)}
        yield from _compared(f"mail {row.id}", told.get(digest), found)
    gone = (digest for digest in told if digest not in rows)
    yield from (Altered(f"mail {digest[:8]}", GONE) for digest in gone)


def _compared(name: str, said: Said | None, found: Mapping[str, tuple[str, object]]) -> Iterator[Altered]:
    """Name what differs; what was booked by an older program, which noted no content, is believed in that."""
    if said is None:
        yield Altered(name, "är tillagd utanför programmet")
        return
    known = {"content": found["content"][1]} if "content" in found else {}
    wrong = [word for key, (word, is_now) in found.items() if {**known, **said}.get(key) != is_now]
    if wrong:
        yield Altered(name, f"{' och '.join(wrong)} är ändrat utanför programmet")
