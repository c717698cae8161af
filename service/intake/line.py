"""START HERE. The whole path of a mail, on one page.

    mailbox.fetch → journal.receive (commit) → judgement in a child process
                  → journal.record + outbox.enqueue (ONE commit) → mailbox.file_away → journal.mark_filed

Record before acting, file away last: whatever is killed when, the next round finds the mail in the inbox, the
journal tells how far it came, and the rest is done once. Apart from this, letters/delivery.py empties the
outbox.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from service.intake.due import due_now
from service.intake.judge import JUDGEMENT, broken, no_drill, too_large, vanished
from service.intake.mailbox import Mail, Mailbox
from service.ledger import follow_ups, journal, orders, replies
from service.ledger.engine import reading, writing
from service.ledger.tables import MessageRow
from service.ledger.windows import Window
from service.letters import compose, outbox
from service.letters.receipt import receipt
from service.limits import Limits
from service.reading.sandbox import CouldNotRun, Sandbox
from service.rules.duties import Duties
from service.staff import Staff
from service.values import Decision, Judgement, Reply

log = structlog.get_logger()

FOLDERS = {
    Decision.ACCEPTED: "Mottagna",
    Decision.FLAGGED: "Till granskning",
    Decision.REJECTED: "Avvisade",
    Decision.REPLY: "Svar",
    Decision.IGNORED: "Ignorerade",
}
"""Where a mail ends, under our own folder in the mailbox."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the line works with. `stopping` is asked between mails; `now` gives the time in UTC.

    `passed_by` remembers, by (UIDVALIDITY, UID), what staff wrote after an outage about other things.
    """

    ledger: Engine
    sandbox: Sandbox
    desk: compose.Desk
    letters: compose.Templates
    duties: Duties
    limits: Limits
    chunk: int
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    staff: Staff = field(default_factory=Staff)
    passed_by: set[tuple[int, int]] = field(default_factory=set)


def work(line: Line, mailbox: Mailbox, windows: Sequence[Window]) -> int:
    """Take every mail of the inbox that belongs to one of the windows through the line; return how many.

    MailboxError and LedgerUnavailableError pass out: nothing is lost by stopping anywhere.
    """
    done = 0
    due = due_now(mailbox, [window for window in windows if not window.answers])
    due |= _answers(line, mailbox, [window for window in windows if window.answers], due)
    for uids in _chunks(sorted(due), line.chunk):
        if line.stopping():
            break
        mails = list(mailbox.fetch(uids))
        rows = _receive(line, mailbox.uidvalidity, mails, due)
        for mail, judgement in _judged(line, [m for m in mails if _undecided(rows[m.digest])]):
            record(line, rows[mail.digest], judgement, marked=due[mail.uid])
        done += _file_away(line, mailbox, mails)
    if not line.stopping():
        _settle_gone(line, mailbox)
    return done


def _answers(
    line: Line, mailbox: Mailbox, windows: Sequence[Window], due: Mapping[int, bool]
) -> dict[int, bool]:
    """Return what staff answered after an outage; whatever else they wrote stays in the inbox untouched.

    An answer with personal data in it is ours too: it is rejected, filed, and its sender told.
    """
    if not windows or not line.staff.everyone:
        return {}
    arrivals = mailbox.arrival_times(mailbox.since(min(window.start for window in windows)))
    within = [uid for uid, at in arrivals.items() if any(window.covers(at) for window in windows)]
    new = [uid for uid in within if uid not in due and (mailbox.uidvalidity, uid) not in line.passed_by]
    answers = {}
    for mail in mailbox.fetch(mailbox.sent_by(new, line.staff.everyone)):
        judgement = _judge(line, mail)
        if judgement is not None and _is_answer(line, judgement):
            answers[mail.uid] = False
        elif judgement is not None:
            line.passed_by.add((mailbox.uidvalidity, mail.uid))
    return answers


def _is_answer(line: Line, judgement: Judgement) -> bool:
    if judgement.decision is not Decision.REJECTED:
        return judgement.decision is Decision.REPLY
    with reading(line.ledger) as session:
        return judgement.staff and follow_ups.is_about_ours(session, judgement)


def _receive(
    line: Line, uidvalidity: int, mails: Sequence[Mail], marked: Mapping[int, bool]
) -> dict[str, MessageRow]:
    arrivals = [
        journal.Arrival(uidvalidity, mail.uid, mail.digest, mail.arrived_at, marked[mail.uid])
        for mail in mails
    ]
    with writing(line.ledger) as session:
        return journal.receive(session, arrivals, line.now())


def _undecided(row: MessageRow) -> bool:
    return row.state == journal.MessageState.RECEIVED.value


def _judged(line: Line, mails: Sequence[Mail]) -> Iterator[tuple[Mail, Judgement]]:
    """Judge the mails side by side in the child processes, each once; yield them in their order."""
    each = {mail.digest: mail for mail in mails}.values()
    with ThreadPoolExecutor(max_workers=line.sandbox.workers) as pool:
        yield from zip(each, pool.map(lambda mail: _judge(line, mail), each), strict=True)


def _judge(line: Line, mail: Mail) -> Judgement | None:
    """Judge one mail; None when we are stopping and it shall wait for the next start."""
    if line.stopping():
        return None
    if mail.raw is None:
        return too_large(line.limits)
    try:
        return JUDGEMENT.validate_json(line.sandbox.run(mail.raw))
    except CouldNotRun as failure:
        return None if line.stopping() else broken(failure.stage)


def record(line: Line, row: MessageRow, judgement: Judgement | None, *, marked: bool) -> None:
    """Write the decision, the orders and the letter in one commit."""
    if judgement is None or row.id is None:
        return
    if marked and not row.drill:
        judgement = no_drill(judgement)
    now = line.now()
    with writing(line.ledger) as session:
        judgement = follow_ups.follow(session, journal.find(session, row.id), judgement, now)
        booked = journal.record(session, row.id, judgement, now)
        orders.assign(booked, line.duties)
        numbers = [order.number for order in booked]
        letter = compose.answer(judgement, numbers, line.desk, line.letters)
        if judgement.reply is not None:
            letter = _carry_out(line, session, judgement, judgement.reply, now)
        if letter:
            letter = compose.rehearsed(letter) if row.drill else letter
            outbox.enqueue(session, letter, f"answer:{row.digest}", row.id, line.desk.domain, now)
    codes = sorted({reason.code for reason in judgement.reasons})
    log.info("decided", mail=row.id, decision=judgement.decision.value, reasons=codes, orders=len(booked))


def _carry_out(
    line: Line, session: Session, judgement: Judgement, reply: Reply, now: datetime
) -> compose.Letter | None:
    """Do what a member of the staff says about orders; return the receipt."""
    by = judgement.sender_address.lower()
    outcomes = replies.carry_out(session, reply, by, line.staff.roles(by), line.duties, now)
    done = sum(outcome.done for outcome in outcomes)
    log.info("reply", done=done, refused=len(outcomes) - done, unclear=len(reply.unclear))
    return receipt(judgement, outcomes, line.desk, line.letters)


def _file_away(line: Line, mailbox: Mailbox, mails: Sequence[Mail]) -> int:
    """Move each decided mail to the folder of its decision, then note it; a killed move is done anew."""
    with reading(line.ledger) as session:
        rows = journal.by_digest(session, [mail.digest for mail in mails])
    for decision, folder in FOLDERS.items():
        decided = [mail for mail in mails if rows[mail.digest].decision == decision.value]
        if decided:
            mailbox.file_away([mail.uid for mail in decided], folder)
            with writing(line.ledger) as session:
                journal.mark_filed(session, [mail.digest for mail in decided], line.now())
            log.info("filed", folder=folder, mails=len(decided))
    return sum(not _undecided(rows[mail.digest]) for mail in mails)


def _settle_gone(line: Line, mailbox: Mailbox) -> None:
    """Settle what is no longer in the inbox: after a whole round nothing there waits to be judged or moved.

    A decided mail was moved just before a kill. One that was never judged was taken away by somebody: a
    person is told to look for it.
    """
    with reading(line.ledger) as session:
        moved, waiting = journal.unfiled(session), journal.undecided(session)
    there = mailbox.since(min(row.arrived_at for row in waiting)) if waiting else []
    gone = [row for row in waiting if row.uidvalidity != mailbox.uidvalidity or row.uid not in there]
    if not moved and not gone:
        return
    now = line.now()
    with writing(line.ledger) as session:
        for row in gone:
            journal.record(session, row.id or 0, vanished(), now)
        journal.mark_filed(session, [*moved, *(row.digest for row in gone)], now)
    log.info("gone", moved=len(moved), vanished=len(gone))


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
