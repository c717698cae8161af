"""Deletes old mails from our folders by a disposal decision (gallringsbeslut), and only by one.

An incoming mail is a public record: without a decision in the settings nothing is ever deleted, and the inbox
never is touched. Each deletion is noted in the audit chain before it is done, so that one cut short is done
anew and none goes unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.intake.mailbox import Mailbox
from service.ledger import journal
from service.ledger.engine import reading, writing
from service.ledger.journal import MessageState
from service.ledger.tables import MessageRow, OrderRow, OutageRow


@dataclass(frozen=True, slots=True)
class DisposalDecision:
    """Who decided what: the decision's name and reference, and after how many days a mail may go."""

    name: str
    reference: str
    days: int


def due(session: Session, decision: DisposalDecision, now: datetime) -> list[MessageRow]:
    """Return the mails that the decision covers, oldest first.

    Left out are those of an outage that is not closed, those that wait for a person, and those with an order
    that waits for registration.
    """
    still_open = select(OutageRow.id).where(col(OutageRow.closed_at).is_(None))
    owed = select(OrderRow.message_id).where(
        OrderRow.state == "pending", col(OrderRow.message_id).is_not(None)
    )
    waiting = (col(MessageRow.decision) == "flagged") & col(MessageRow.review).is_(None)
    query = select(MessageRow).where(
        MessageRow.state == MessageState.FILED.value,
        MessageRow.arrived_at <= now - timedelta(days=decision.days),
        col(MessageRow.outage_id).is_(None) | col(MessageRow.outage_id).not_in(still_open),
        col(MessageRow.id).not_in(owed),
        ~waiting,
    )
    return list(session.exec(query.order_by(col(MessageRow.arrived_at))))


def dispose(ledger: Engine, mailbox: Mailbox, decision: DisposalDecision, by: str, now: datetime) -> int:
    """Note and delete the mails that are due, and those noted before a kill; return how many were deleted."""
    with writing(ledger) as session:
        journal.dispose(session, due(session, decision, now), decision.name, decision.reference, by, now)
    deleted = 0
    for path, uids in _noted(ledger, mailbox):
        mailbox.delete(path, uids)
        deleted += len(uids)
    return deleted


def decided(name: str, reference: str, days: int) -> DisposalDecision:
    """Return the decision of the settings; LedgerError where there is none."""
    if not (name and reference and days):
        raise LedgerError(
            "inget gallringsbeslut är inställt, så inga mail tas bort; ange disposal.name, "
            "disposal.reference och disposal.days"
        )
    return DisposalDecision(name, reference, days)


def _noted(ledger: Engine, mailbox: Mailbox) -> Iterator[tuple[str, list[int]]]:
    """Yield, folder by folder, the mails that are noted as disposed of but stand there still."""
    for path, size in mailbox.counts().items():
        found = {mail.uid: mail.digest for mail in mailbox.look_through(path)} if size else {}
        with reading(ledger) as session:
            rows = journal.by_digest(session, list(found.values()))
        gone = {digest for digest, row in rows.items() if row.state == MessageState.DISPOSED.value}
        if uids := [uid for uid, digest in found.items() if digest in gone]:
            yield path, uids
