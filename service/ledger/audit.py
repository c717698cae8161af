"""The audit chain: each link holds the hash of the one before, so that a change anywhere shows.

link n: hash = sha256(prev ‖ canonical JSON of [seq, at, body]); the first prev is 32 zero bytes. The
database's triggers refuse to change or remove a link; who owns the file can still drop a trigger, so the
head is printed in letters and reports, where it can be compared later.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from service.ledger.tables import AuditRow

START = bytes(32)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many links hold, the head's hash in hex, and the first link that does not, if any."""

    links: int
    head: str
    broken_at: int | None = None


Fact = str | int | bool | list[str] | None


def append(session: Session, now: datetime, event: str, **fields: Fact) -> None:
    """Add a link for `event` in the caller's transaction."""
    last = session.exec(select(AuditRow).order_by(col(AuditRow.seq).desc()).limit(1)).first()
    seq, prev = (last.seq + 1, last.hash) if last else (1, START)
    at = now.astimezone(UTC).isoformat()
    body = json.dumps({"event": event} | fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    session.add(AuditRow(seq=seq, at=at, body=body, prev=prev, hash=link_hash(prev, seq, at, body)))
    session.flush()


def link_hash(prev: bytes, seq: int, at: str, body: str) -> bytes:
    """Return the hash that binds one link to the one before."""
    canonical = json.dumps([seq, at, body], ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(prev + canonical).digest()


def verify(session: Session) -> Verdict:
    """Walk the whole chain and tell the first link that does not hold."""
    return _walk(session.exec(select(AuditRow).order_by(col(AuditRow.seq)).execution_options(yield_per=2000)))


def _walk(rows: Iterable[AuditRow]) -> Verdict:
    prev, count = START, 0
    for row in rows:
        fits = row.seq == count + 1 and row.prev == prev
        if not fits or row.hash != link_hash(prev, row.seq, row.at, row.body):
            return Verdict(count, prev.hex(), broken_at=row.seq)
        prev, count = row.hash, count + 1
    return Verdict(count, prev.hex())
