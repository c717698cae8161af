"""Closing an outage: refused while the sum is not zero, and then it says what is missing.

Every mail of its time is accepted, rejected, ignored, or flagged and settled by a person; every row is
registered or cancelled; every slip is used or declared unused; every letter about them is sent, or whoever
it did not reach has been told in another way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from service.errors import LedgerError
from service.intake.census import Census
from service.ledger import audit, journal, orders
from service.ledger.tables import LetterRow, MessageRow, OutageRow, SystemRow
from service.letters import outbox
from service.letters.outbox import LetterState
from service.outage import declared, recovery, slips
from service.values import Decision
from service.wording import LETTERS

Counts = Mapping[str, int]
SHOWN = 8
"""How many numbers of what is missing are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What one outage amounts to.

    `mails` counts by decision, those not decided under "received"; `unsettled` are flagged mails that wait,
    `pending` orders, `blank` slips and `dead` letters by recipient.
    """

    mails: Counts
    unsettled: tuple[int, ...]
    orders: Counts
    pending: tuple[str, ...]
    slips: Counts
    blank: tuple[str, ...]
    letters: Counts
    dead: tuple[str, ...]


def sums(session: Session, outage: OutageRow) -> Sums:
    """Add up all that belongs to the outage."""
    key = declared.key(outage)
    mails, rows = journal.of_outage(session, key), orders.of_outage(session, key)
    papers, post = slips.of_outage(session, key), letters_of(session, key)
    return Sums(
        mails=Counter(mail.decision or mail.state for mail in mails),
        unsettled=tuple(mail.id or 0 for mail in mails if _waits(mail)),
        orders=Counter(row.state for row in rows),
        pending=tuple(row.number for row in rows if row.state == orders.OrderState.PENDING.value),
        slips=Counter(paper.state for paper in papers),
        blank=tuple(paper.number for paper in papers if paper.state == slips.SlipState.BLANK.value),
        letters=Counter(letter.state for letter in post),
        dead=tuple(
            f"brev {letter.id} till {letter.recipient} ({LETTERS[letter.kind]})"
            for letter in post
            if letter.state == LetterState.DEAD.value
        ),
    )


def letters_of(session: Session, outage_id: int) -> Sequence[LetterRow]:
    """Return the letters about an outage: of its mails, of its rows, and that its systems are back."""
    mails = set(session.exec(select(MessageRow.id).where(MessageRow.outage_id == outage_id)))
    numbers = [row.number for row in orders.of_outage(session, outage_id)]
    systems = set(session.exec(select(SystemRow.id).where(SystemRow.outage_id == outage_id)))
    return [
        letter
        for letter in outbox.listing(session)
        if letter.message_id in mails
        # One step of one row may be told to several, and one letter tells of many rows.
        or (letter.kind == "reminder" and any(number in letter.text for number in numbers))
        or (letter.kind in recovery.LETTERS and not systems.isdisjoint(recovery.systems_of(letter)))
    ]


def lacking(outage: OutageRow, found: Sums, census: Census, *, dead_told: bool) -> list[str]:
    """Return what keeps the outage from being closed, a sentence each; nothing when the sum is zero."""
    strangers = sum(census.strangers.values())
    where = ", ".join(census.strangers)
    waiting = found.letters.get(LetterState.QUEUED.value, 0)
    told = {
        "driftstoppet pågår; avsluta det med `reservpost outage end`": outage.ended_at is None,
        f"{found.mails.get('received', 0)} mail är under behandling; vänta in programmet": "received"
        in found.mails,
        f"{strangers} mail som journalen inte känner ({where}); flytta dem till inkorgen": strangers,
        f"{len(found.unsettled)} mail väntar på granskning: {_named(found.unsettled)}": found.unsettled,
        f"{len(found.pending)} ska registreras eller makuleras: {_named(found.pending)}": found.pending,
        f"{len(found.blank)} blanketter är varken använda eller anmälda som oanvända: "
        f"{_named(found.blank)}": found.blank,
        f"{waiting} brev väntar på att skickas; vänta in programmet": waiting,
        f"{len(found.dead)} brev gick inte att skicka: {_named(found.dead)}; skicka dem på nytt med "
        "`reservpost letters retry NR`, eller ring dem som breven var till och stäng med --letters-told": (
            found.dead and not dead_told
        ),
    }
    return [sentence for sentence, is_lacking in told.items() if is_lacking]


def close(
    session: Session, outage: OutageRow, census: Census, by: str, now: datetime, *, dead_told: bool = False
) -> Sums:
    """Close the outage for good; LedgerError tells all that is missing."""
    if outage.closed_at is not None:
        raise LedgerError(f"driftstopp {outage.id} är redan stängt av {outage.closed_by}; inget ändrades")
    found = sums(session, outage)
    missing = lacking(outage, found, census, dead_told=dead_told)
    if missing:
        raise LedgerError(f"driftstopp {outage.id} kan inte stängas: {'; '.join(missing)}")
    outage.closed_at, outage.closed_by = now, by
    audit.append(session, now, "outage_closed", outage=outage.id, by=by, mails=census.mails, gone=census.gone)
    return found


def _waits(mail: MessageRow) -> bool:
    return mail.decision == Decision.FLAGGED.value and mail.review is None


def _named(each: Sequence[object]) -> str:
    more = f" och {len(each) - SHOWN} till" if len(each) > SHOWN else ""
    return ", ".join(map(str, each[:SHOWN])) + more
