"""Asks each system's own address whether it is up, and proposes an outage or its end by mail.

It declares nothing by itself unless the settings say so: a portal that does not answer here may answer
there. How long a system has answered, or not, is kept in memory, and what that came to in the ledger: a
daemon that starts anew asks anew, but does not tell of the same silence twice. A system that it found up
before a stop was declared is not told to be back until it was found silent.
"""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from service.clock import SWEDEN
from service.ledger.tables import DigestRow
from service.outage import declared, systems
from service.outage.digest import note, post
from service.outage.office import Office, shown_time
from service.wording import SYSTEMS

SERVER_FAULT = 500
"""From here on a status is the system's own fault (RFC 9110, section 15.6); below, it is there."""

BY = "systemkontrollen"
"""Who declares, in the ledger, where the probe may."""


@dataclass(frozen=True, slots=True)
class Streak:
    """How a system has answered without a break: up or down, how many times, since when."""

    up: bool
    count: int
    since: datetime

    def then(self, up: bool, at: datetime) -> "Streak":
        """Return the streak after one more answer."""
        return Streak(up, self.count + 1, self.since) if up == self.up else Streak(up, 1, at)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked: the address of each system, and how many answers in a row mean something."""

    addresses: Mapping[str, str]
    timeout_seconds: float
    failures: int
    successes: int
    declares: bool = False


class Probe:
    """The streaks of the systems; `ask` takes as long as they do, `tell` uses the ledger alone."""

    def __init__(self, plan: Plan, office: Office) -> None:
        self._plan, self._office = plan, office
        self._streaks: dict[str, Streak] = {}

    def ask(self, now: datetime) -> None:
        """Ask each system once."""
        for name, address in self._plan.addresses.items():
            up = answers(address, self._plan.timeout_seconds)
            known = self._streaks.get(name)
            self._streaks[name] = known.then(up, now) if known else Streak(up, 1, now)

    def tell(self, session: Session, now: datetime) -> int:
        """Propose, or declare, what the streaks say and the ledger does not; return how many letters."""
        return sum(self._tell(session, name, streak, now) for name, streak in self._streaks.items())

    def _tell(self, session: Session, name: str, streak: Streak, now: datetime) -> int:
        enough = self._plan.successes if streak.up else self._plan.failures
        if streak.count < enough or _found(session, name) is streak.up:
            return 0
        told = 0
        if streak.up == (name in systems.down_now(session)):
            told = self._propose(session, name, streak, now)
            if self._plan.declares:
                declare(session, name, streak, now)
        note(session, _kind(name, up=streak.up), told, 0, now)
        return told

    def _propose(self, session: Session, name: str, streak: Streak, now: datetime) -> int:
        """Write to the operations managers, once for each streak."""
        shown: dict[str, object] = {
            "system": SYSTEMS[name],
            "code": name,
            "down": not streak.up,
            "done": self._plan.declares,
            "tries": streak.count,
            "since": shown_time(streak.since),
            "since_typed": streak.since.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M"),
        }
        managers = self._office.staff.operations_managers
        for address in managers:
            letter = self._office.templates.write("proposal", address, shown, self._office.desk)
            key = f"probe:{name}:{streak.up:d}:{streak.since.isoformat()}:{address}"
            post(session, self._office, letter, key, now, drill=False)
        return len(managers)


def declare(session: Session, name: str, streak: Streak, now: datetime) -> None:
    """Declare the system down or up, as a person would; LedgerError where the ledger refuses."""
    outage = declared.current(session)
    if outage is None or outage.drill:
        if not streak.up:
            declared.start(session, [name], declared.free_since(session, streak.since), BY, now)
    elif not streak.up:
        systems.down(session, outage, name, max(streak.since, outage.started_at), BY, now)
    elif systems.down_now(session) == {name}:
        declared.end(session, now, BY, now)
    else:
        systems.up(session, outage, name, now, BY, now)


def _found(session: Session, name: str) -> bool | None:
    """Return whether the system was last found up or down, by this daemon or one before; None for never."""
    kinds = {_kind(name, up=up): up for up in (True, False)}
    query = select(DigestRow.kind).where(col(DigestRow.kind).in_(kinds))
    last = session.exec(query.order_by(col(DigestRow.id).desc()).limit(1)).first()
    return kinds[last] if last else None


def _kind(name: str, *, up: bool) -> str:
    return f"probe {name} {'up' if up else 'down'}"


def answers(address: str, timeout_seconds: float) -> bool:
    """Whether the address answers over HTTP with anything but a fault of its own."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("GET", path, headers={"User-Agent": "Reservpost", "Connection": "close"})
        return connection.getresponse().status < SERVER_FAULT
    except (OSError, ssl.SSLError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
