"""Follows the daemon's work by reading its ledger."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from service.errors import ReservpostError
from service.heartbeat import read_heartbeat
from service.ledger import journal, orders
from service.ledger.engine import reading
from service.ledger.tables import LetterRow, MessageRow, OrderRow
from service.letters import outbox
from service.values import Decision

SECONDS = 80.0
"""How long all the mails may take; on two slow processors they take about a quarter of it."""

POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail of the journal once it is decided, and its orders with the number of lines of each."""

    mail: MessageRow
    decision: Decision
    orders: tuple[tuple[OrderRow, int], ...]


def follow(ledger: Engine, mails: int, still_well: Callable[[], None]) -> Iterator[Decided]:
    """Yield each mail as it is decided, until `mails` are decided and filed and no letter waits.

    `still_well` is asked again and again and raises where there is no more to wait for. Raises
    ReservpostError when the time is up.
    """
    seen: set[str] = set()
    deadline = time.monotonic() + SECONDS
    while not _finished(ledger, mails):
        still_well()
        if time.monotonic() > deadline:
            raise ReservpostError(f"efter {SECONDS:.0f} s är bara {len(seen)} av {mails} mail helt klara")
        yield from _fresh(ledger, seen)
        time.sleep(POLL_SECONDS)
    yield from _fresh(ledger, seen)


def await_letters(ledger: Engine, kind: str, still_well: Callable[[], None]) -> None:
    """Wait until letters of this kind are out and none waits."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        still_well()
        with reading(ledger) as session:
            letters = outbox.listing(session)
        if any(row.kind == kind for row in letters) and not any(_waits(row) for row in letters):
            return
        time.sleep(POLL_SECONDS)
    raise ReservpostError(f"efter {SECONDS:.0f} s är inget brev av sorten {kind} ute")


def _waits(row: LetterRow) -> bool:
    return row.state == outbox.LetterState.QUEUED.value


def await_heartbeat(path: Path) -> None:
    """Wait until the daemon has told how its parts are, which it does every few seconds."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        beat = read_heartbeat(path, datetime.now(UTC))
        if beat and beat.intake.since and beat.post.since:
            return
        time.sleep(POLL_SECONDS)
    raise ReservpostError(f"programmet sade inte hur det mår på {SECONDS:.0f} s")


def _fresh(ledger: Engine, seen: set[str]) -> Iterator[Decided]:
    """Yield what was decided since the last look, and add it to `seen`."""
    with reading(ledger) as session:
        for row in journal.listing(session):
            if row.decision is None or row.id is None or row.digest in seen:
                continue
            seen.add(row.digest)
            booked = orders.of_message(session, row.id)
            counted = tuple((order, len(orders.lines_of(session, order))) for order in booked)
            yield Decided(row, Decision(row.decision), counted)


def _finished(ledger: Engine, mails: int) -> bool:
    with reading(ledger) as session:
        rows = journal.listing(session)
        filed = sum(row.state == journal.MessageState.FILED.value for row in rows)
        return filed >= mails and not outbox.listing(session, outbox.LetterState.QUEUED.value)
