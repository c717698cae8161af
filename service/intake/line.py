"""START HERE. The whole path of a mail, on one page.

    mailbox.fetch → journal.receive (commit) → judgement in a child process
                  → journal.record + outbox.enqueue (ONE commit) → mailbox.file_away → journal.mark_filed

Record before acting, file away last: whatever is killed when, the next round finds the mail in the inbox, the
journal tells how far it came, and the rest is done once. Apart from this, letters/delivery.py empties the
outbox.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine

from service.intake.judge import JUDGEMENT, broken, no_drill, too_large
from service.intake.mailbox import Mail, Mailbox
from service.ledger import journal, orders
from service.ledger.engine import reading, writing
from service.ledger.tables import MessageRow
from service.ledger.windows import Window
from service.letters import compose, outbox
from service.reading.sandbox import CouldNotRun, Sandbox
from service.rules.duties import Duties
from service.values import Decision, Judgement, Limits

log = structlog.get_logger()

FOLDERS = {
    Decision.ACCEPTED: "Mottagna",
    Decision.FLAGGED: "Till granskning",
    Decision.REJECTED: "Avvisade",
    Decision.IGNORED: "Ignorerade",
}
"""Where a mail ends, under our own folder in the mailbox."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the line works with. `stopping` is asked between mails; `now` gives the time in UTC."""

    ledger: Engine
    sandbox: Sandbox
    desk: compose.Desk
    letters: compose.Templates
    duties: Duties
    limits: Limits
    chunk: int
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


def work(line: Line, mailbox: Mailbox, windows: Sequence[Window]) -> int:
    """Take every mail of the inbox that belongs to one of the windows through the line; return how many.

    MailboxError and LedgerUnavailableError pass out: nothing is lost by stopping anywhere.
    """
    done = 0
    due = _due(mailbox, windows)
    for uids in _chunks(sorted(due), line.chunk):
        if line.stopping():
            break
        mails = list(mailbox.fetch(uids))
        rows = _receive(line, mailbox.uidvalidity, mails, due)
        for mail, judgement in _judged(line, [m for m in mails if _undecided(rows[m.digest])]):
            _record(line, rows[mail.digest], judgement, marked=due[mail.uid])
        done += _file_away(line, mailbox, mails)
    if not line.stopping():
        _note_moved(line)
    return done


def _due(mailbox: Mailbox, windows: Sequence[Window]) -> dict[int, bool]:
    """Return the mails to work by their time of arrival, and whether each is marked for a drill."""
    arrivals = mailbox.arrival_times(mailbox.since(min(window.start for window in windows)))
    within = [uid for uid, at in arrivals.items() if any(w.covers(at, marked=True) for w in windows)]
    marked = mailbox.marked(within)
    return {
        uid: uid in marked
        for uid in within
        if any(window.covers(arrivals[uid], marked=uid in marked) for window in windows)
    }


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


def _record(line: Line, row: MessageRow, judgement: Judgement | None, *, marked: bool) -> None:
    """Write the decision, the orders and the letter in one commit."""
    if judgement is None or row.id is None:
        return
    if marked and not row.drill:
        judgement = no_drill(judgement)
    now = line.now()
    with writing(line.ledger) as session:
        booked = journal.record(session, row.id, judgement, now)
        orders.assign(booked, line.duties)
        letter = compose.answer(judgement, [order.number for order in booked], line.desk, line.letters)
        if letter:
            letter = compose.rehearsed(letter) if row.drill else letter
            outbox.enqueue(session, letter, f"answer:{row.digest}", row.id, line.desk.domain, now)
    codes = sorted({reason.code for reason in judgement.reasons})
    log.info("decided", mail=row.id, decision=judgement.decision.value, reasons=codes, orders=len(booked))


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


def _note_moved(line: Line) -> None:
    """Note as filed what was moved just before a kill: after a round the inbox holds no decided mail."""
    with reading(line.ledger) as session:
        moved = journal.unfiled(session)
    if moved:
        with writing(line.ledger) as session:
            journal.mark_filed(session, moved, line.now())


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
