"""Empties the outbox: claim, send, settle, one letter after another.

Killed between the server's 250 and the settling, a letter is sent once more with the same Message-ID. After
trouble with the server itself, the first letter that reaches it lets those that wait go at once.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from service.ledger.engine import writing
from service.ledger.tables import LetterRow
from service.letters import outbox
from service.letters.outcome import Outcome
from service.letters.post import Post


async def drain(engine: Engine, post: Post, hourly_limit: int, now: Callable[[], datetime]) -> int:
    """Send what is due until nothing is, or until the server cannot be used; return how many were settled.

    Faults of the ledger pass out. The database is worked in a thread, so that waiting for its lock does not
    hold up the heartbeat.
    """
    settled = 0
    while row := await asyncio.to_thread(_claim, engine, now(), hourly_limit):
        was_away = bool(post.trouble)
        outcome = await post.send(row)
        is_back = was_away and not post.trouble
        await asyncio.to_thread(_settle, engine, row, outcome, now(), is_back=is_back)
        settled += 1
        if post.trouble:
            break
    return settled


def _claim(engine: Engine, now: datetime, hourly_limit: int) -> LetterRow | None:
    with writing(engine) as session:
        return next(iter(outbox.claim(session, now, hourly_limit, batch=1)), None)


def _settle(engine: Engine, row: LetterRow, outcome: Outcome, now: datetime, *, is_back: bool) -> None:
    assert row.id is not None
    with writing(engine) as session:
        if is_back:
            outbox.hasten(session, now)
        outbox.settle(session, row.id, outcome, now)
