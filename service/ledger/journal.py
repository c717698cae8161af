"""The message journal: what reached the mailbox, what was decided about it, and where it was filed.

A mail is one row, named by the sha256 of its bytes, from the moment it is seen: received → decided → filed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from service.errors import LedgerError
from service.ledger import audit, orders, windows
from service.ledger.priority import turn
from service.ledger.tables import MessageRow, OrderRow
from service.values import Decision, Judgement, Reason
from service.wording import REVIEWS


class MessageState(StrEnum):
    """How far a mail has come."""

    RECEIVED = "received"
    DECIDED = "decided"
    FILED = "filed"
    DISPOSED = "disposed"


class Review(StrEnum):
    """What a person made of a flagged mail."""

    BOOKED = "booked"
    REJECTED = "rejected"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as the mailbox shows it: its place, the sha256 of its bytes in hex, when it came, its mark."""

    uidvalidity: int
    uid: int
    digest: str
    arrived_at: datetime
    marked: bool = False


def receive(session: Session, arrivals: Sequence[Arrival], now: datetime) -> dict[str, MessageRow]:
    """Write a row for each mail not seen before; return the rows of all of them by digest."""
    known = by_digest(session, [arrival.digest for arrival in arrivals])
    for arrival in arrivals:
        if row := known.get(arrival.digest):
            row.uidvalidity, row.uid = arrival.uidvalidity, arrival.uid
            continue
        home = windows.home_of(session, arrival.arrived_at, marked=arrival.marked)
        row = MessageRow(
            digest=arrival.digest,
            uidvalidity=arrival.uidvalidity,
            uid=arrival.uid,
            arrived_at=arrival.arrived_at,
            received_at=now,
            state=MessageState.RECEIVED.value,
            outage_id=home.id if home else None,
            drill=home is not None and home.drill,
        )
        session.add(row)
        known[arrival.digest] = row
        audit.append(session, now, "received", digest=arrival.digest)
    session.flush()
    return known


def record(session: Session, message_id: int, judgement: Judgement, now: datetime) -> tuple[OrderRow, ...]:
    """Write the decision and book the orders of an accepted mail; return them with their numbers.

    The second time for the same mail changes nothing. A sender's address is kept only for trusted senders.
    """
    row = find(session, message_id)
    if row.state != MessageState.RECEIVED.value:
        return orders.of_message(session, message_id)
    row.state = MessageState.DECIDED.value
    row.decision, row.kind = judgement.decision.value, judgement.kind.value
    row.reasons = _stored(judgement.reasons)
    row.sender_address = judgement.sender_address if judgement.trusted else None
    row.urgent = any(order.urgent for order in judgement.orders)
    row.decided_at = now
    booked: tuple[OrderRow, ...] = ()
    if judgement.decision is Decision.ACCEPTED:
        booked = orders.book(session, row, judgement.orders, now)
    audit.append(
        session,
        now,
        "decided",
        digest=row.digest,
        decision=judgement.decision.value,
        reasons=sorted({reason.code for reason in judgement.reasons}),
        orders=[order.number for order in booked],
    )
    return booked


def mark_filed(session: Session, digests: Sequence[str], now: datetime) -> None:
    """Note that the mails stand in the folder of their decision."""
    for row in by_digest(session, digests).values():
        row.state, row.filed_at = MessageState.FILED.value, row.filed_at or now


def unfiled(session: Session) -> Sequence[str]:
    """Return the digests of the mails that are decided but not noted as filed."""
    decided = MessageRow.state == MessageState.DECIDED.value
    return session.exec(select(MessageRow.digest).where(decided)).all()


def undecided(session: Session) -> Sequence[MessageRow]:
    """Return the mails that were received and not decided on yet."""
    return session.exec(select(MessageRow).where(MessageRow.state == MessageState.RECEIVED.value)).all()


def by_digest(session: Session, digests: Sequence[str]) -> dict[str, MessageRow]:
    """Return the rows of the mails that the journal knows, by digest."""
    query = select(MessageRow).where(col(MessageRow.digest).in_(digests))
    return {row.digest: row for row in session.exec(query)}


def find(session: Session, message_id: int) -> MessageRow:
    """Return the journal's row; LedgerError where there is none."""
    row = session.get(MessageRow, message_id)
    if row is None:
        raise LedgerError(f"mail {message_id} finns inte i journalen; se `reservpost journal`")
    return row


def awaiting_review(session: Session) -> Sequence[MessageRow]:
    """Return the flagged mails that no person has settled: stock first, then urgent ones, oldest first."""
    open_flags = (col(MessageRow.decision) == Decision.FLAGGED.value, col(MessageRow.review).is_(None))
    rows = session.exec(select(MessageRow).where(*open_flags).order_by(col(MessageRow.arrived_at)))
    return sorted(rows, key=lambda row: turn(row.kind, urgent=row.urgent))


def flagged(session: Session, message_id: int) -> MessageRow:
    """Return a mail that waits for review; LedgerError where it does not, or no longer."""
    row = find(session, message_id)
    if row.decision != Decision.FLAGGED.value:
        raise LedgerError(f"mail {message_id} ligger inte till granskning; se `reservpost review list`")
    if row.review is not None:
        raise LedgerError(f"mail {message_id} är redan avgjort av {row.reviewed_by}: {REVIEWS[row.review]}")
    return row


def settle_review(session: Session, message_id: int, outcome: Review, by: str, now: datetime) -> MessageRow:
    """Write what a person decided about a flagged mail; refused when it is not flagged or already settled."""
    row = flagged(session, message_id)
    row.review, row.reviewed_by, row.reviewed_at = outcome.value, by, now
    audit.append(session, now, "reviewed", digest=row.digest, outcome=outcome.value, by=by)
    return row


def listing(session: Session, decision: str | None = None, limit: int = 1000) -> Sequence[MessageRow]:
    """Return the newest mails of the journal, oldest of them first."""
    query = select(MessageRow).order_by(col(MessageRow.id).desc()).limit(limit)
    if decision:
        query = query.where(col(MessageRow.decision) == decision)
    return session.exec(query).all()[::-1]


def dispose(
    session: Session, rows: Sequence[MessageRow], decision: str, reference: str, by: str, now: datetime
) -> None:
    """Note, before it is done, that the mails are deleted by a disposal decision; their rows stay."""
    for row in rows:
        row.state = MessageState.DISPOSED.value
        audit.append(
            session, now, "disposed", digest=row.digest, decision=decision, reference=reference, by=by
        )


def filed(session: Session) -> int:
    """Return how many mails must stand in our folders of the mailbox."""
    return session.exec(select(func.count()).where(MessageRow.state == MessageState.FILED.value)).one()


def of_outage(session: Session, outage_id: int) -> Sequence[MessageRow]:
    """Return the mails of one outage in the order they came."""
    mine = select(MessageRow).where(MessageRow.outage_id == outage_id)
    return session.exec(mine.order_by(col(MessageRow.arrived_at), col(MessageRow.id))).all()


def reasons_of(row: MessageRow) -> list[dict[str, str]]:
    """Return the stored reasons: code, certainty, rule, zone and sentence; never a file's name."""
    found: list[dict[str, str]] = json.loads(row.reasons)
    return found


def _stored(reasons: Iterable[Reason]) -> str:
    """Keep what names the rule, and leave the exact place: a file or sheet name in it is text of the mail."""
    kept = [
        {
            "code": reason.code,
            "certainty": reason.certainty.value if reason.certainty else "",
            "rule": reason.rule,
            "zone": reason.zone.value if reason.zone else "",
            "text": reason.text,
        }
        for reason in reasons
    ]
    return json.dumps(kept, ensure_ascii=False)
