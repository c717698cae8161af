"""The outbox: a letter is a row in the same commit as what it announces, and stays until it is sent or dead.

A letter gets its Message-ID when it is written, so that one repeated after a kill is the same letter.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import LetterRow
from service.letters.outcome import Outcome, Refused, Sent
from service.letters.templates import Letter

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=10)
GIVE_UP = timedelta(hours=48)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
"""How long a letter waits after its first, second, ... failed attempt; then the last, again and again."""


class LetterState(StrEnum):
    """Where a letter stands; its value is what the ledger stores."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


def enqueue(
    session: Session,
    letter: Letter,
    dedupe_key: str,
    message_id: int | None,
    desk_domain: str,
    now: datetime,
) -> LetterRow:
    """Put the letter into the outbox in the caller's transaction; where the key is known, return that one."""
    known = session.exec(select(LetterRow).where(LetterRow.dedupe_key == dedupe_key)).first()
    if known is not None:
        return known
    beside = letter.attachment
    row = LetterRow(
        dedupe_key=dedupe_key,
        kind=letter.kind,
        message_id=message_id,
        recipient=letter.recipient,
        header_id=f"<{secrets.token_hex(16)}@{desk_domain}>",
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        state=LetterState.QUEUED.value,
        queued_at=now,
        due_at=now,
        attachment_name=beside.name if beside else "",
        attachment=beside.content if beside else None,
        drill=letter.drill,
    )
    session.add(row)
    session.flush()
    return row


def claim(
    session: Session, now: datetime, hourly_limit: int, batch: int = 20, lease: timedelta = LEASE
) -> list[LetterRow]:
    """Lease up to `batch` letters that are due, oldest first.

    The letters of an address that has had `hourly_limit` in the last hour are put off until the hour allows.
    """
    claimed: list[LetterRow] = []
    for row in session.exec(_due(now)):
        allowed_at = _allowed_at(session, row.recipient, now, hourly_limit)
        if allowed_at > now:
            row.due_at = allowed_at
        else:
            row.leased_until = now + lease
            claimed.append(row)
        session.flush()
        if len(claimed) == batch:
            break
    return claimed


def settle(session: Session, letter_id: int, outcome: Outcome, now: datetime) -> None:
    """Note what became of a claimed letter; one that is settled already stays as it is."""
    row = _find(session, letter_id)
    if row.state != LetterState.QUEUED.value:
        return
    row.attempts, row.leased_until = row.attempts + 1, None
    row.trouble = "" if isinstance(outcome, Sent) else outcome.code
    if isinstance(outcome, Sent):
        _end(session, row, LetterState.SENT, now)
    elif isinstance(outcome, Refused) or now - row.queued_at >= GIVE_UP:
        _end(session, row, LetterState.DEAD, now)
    else:
        row.due_at = now + BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    session.flush()


def hasten(session: Session, now: datetime) -> None:
    """Let every letter that has failed be tried at once: the server that was away takes letters again."""
    waiting = (col(LetterRow.state) == LetterState.QUEUED.value, col(LetterRow.trouble) != "")
    session.exec(update(LetterRow).where(*waiting, col(LetterRow.due_at) > now).values(due_at=now))


def begin(session: Session, now: datetime) -> None:
    """Let go of every lease and wait for nothing: at a start nobody holds one, and much may be mended."""
    leased = col(LetterRow.leased_until).is_not(None)
    session.exec(update(LetterRow).where(leased).values(leased_until=None))
    hasten(session, now)


def requeue(session: Session, letter_id: int, now: datetime) -> None:
    """Give a dead letter 48 hours anew, with its old Message-ID; LedgerError unless it is dead."""
    row = _find(session, letter_id)
    if row.state != LetterState.DEAD.value:
        raise LedgerError(f"brev {letter_id} är inte dött; bara ett brev som inte gick att skicka kan tas om")
    row.state, row.queued_at, row.due_at = LetterState.QUEUED.value, now, now
    row.attempts, row.settled_at, row.trouble = 0, None, ""
    audit.append(session, now, "letter_requeued", letter=letter_id)


def listing(session: Session, state: str | None = None) -> Sequence[LetterRow]:
    """Return the letters in the order they were written."""
    query = select(LetterRow).order_by(col(LetterRow.id))
    return session.exec(query.where(LetterRow.state == state) if state else query).all()


def _due(now: datetime) -> SelectOfScalar[LetterRow]:
    """Nothing is put off by more than an hour: what is due later was written by a clock since put right."""
    return (
        select(LetterRow)
        .where(LetterRow.state == LetterState.QUEUED.value)
        .where(or_(col(LetterRow.due_at) <= now, col(LetterRow.due_at) > now + HOUR))
        .where(or_(col(LetterRow.leased_until).is_(None), col(LetterRow.leased_until) <= now))
        .order_by(col(LetterRow.due_at), col(LetterRow.id))
    )


def _allowed_at(session: Session, recipient: str, now: datetime, hourly_limit: int) -> datetime:
    """Return when the address may have one more: letters in hand count as if they were sent now."""
    mine = col(LetterRow.recipient) == recipient
    sent = session.exec(
        select(LetterRow.settled_at).where(
            mine,
            LetterRow.state == LetterState.SENT.value,
            col(LetterRow.settled_at) > now - HOUR,
            col(LetterRow.settled_at) <= now,
        )
    ).all()
    in_hand = session.exec(
        select(func.count()).where(
            mine, LetterRow.state == LetterState.QUEUED.value, col(LetterRow.leased_until) > now
        )
    ).one()
    times = sorted(at for at in sent if at) + [now] * in_hand
    return times[-hourly_limit] + HOUR if len(times) >= hourly_limit else now


def _end(session: Session, row: LetterRow, state: LetterState, now: datetime) -> None:
    row.state, row.settled_at = state.value, now
    audit.append(session, now, f"letter_{state.value}", letter=row.id, mail=row.message_id)


def _find(session: Session, letter_id: int) -> LetterRow:
    row = session.get(LetterRow, letter_id)
    if row is None:
        raise LedgerError(f"brev {letter_id} finns inte; se `reservpost letters list`")
    return row
