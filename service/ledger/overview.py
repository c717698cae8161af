"""The sums of the ledger for `status`, by plain SQL: loading the tables would take longer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from service.errors import LedgerUnavailableError

Counts = dict[str, int]


class PlannedStop(TypedDict):
    """A planned stop that is still to begin, or one that has begun and which of its systems are down yet."""

    number: int
    starts_at: str
    expected_end: str | None
    systems: list[str]
    begun: bool


class Overview(TypedDict):
    """Counts by state or decision, and since when an outage goes on (ISO 8601, UTC).

    `draining` tells of an outage that is over while mails of its time may still stand in the inbox. What
    belongs to a drill is left out of the counts; `drill` tells whether what goes on is one.
    """

    outage_since: str | None
    drill: bool
    draining: bool
    planned_stops: list[PlannedStop]
    mails: Counts
    awaiting_review: int
    orders: Counts
    letters: Counts


EMPTY: Overview = {
    "outage_since": None,
    "drill": False,
    "draining": False,
    "planned_stops": [],
    "mails": {},
    "awaiting_review": 0,
    "orders": {},
    "letters": {},
}


PLANNED = """
SELECT stop.id, starts_at, expected_end, systems, outage_id IS NOT NULL
FROM planned_stop AS stop LEFT JOIN outage ON outage.id = outage_id
WHERE called_off_at IS NULL AND ended_at IS NULL ORDER BY starts_at, stop.id
"""


def overview(path: Path) -> Overview:
    """Return the sums; all zero where there is no ledger yet; LedgerUnavailableError if it cannot be read."""
    if not path.exists():
        return EMPTY
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        ) as connection:
            return _read(connection)
    except sqlite3.Error as error:
        raise LedgerUnavailableError(
            f"{path}: liggaren går inte att läsa ({error}); pröva med `reservpost doctor`"
        ) from None


def _read(connection: sqlite3.Connection) -> Overview:
    # An older ledger is brought up to date when it is opened for work; until then it has no such table.
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'planned_stop'").fetchone():
        return EMPTY

    def counts(query: str) -> Counts:
        return dict(connection.execute(query).fetchall())

    ended = "SELECT EXISTS (SELECT 1 FROM outage WHERE ended_at IS NOT NULL AND drained_at IS NULL)"
    since = connection.execute("SELECT started_at, drill FROM outage WHERE ended_at IS NULL").fetchone()
    flagged = "SELECT COUNT(*) FROM message WHERE decision = 'flagged' AND review IS NULL AND NOT drill"
    return {
        "outage_since": _utc(since[0]) if since else None,
        "drill": bool(since and since[1]),
        "draining": bool(connection.execute(ended).fetchone()[0]),
        "planned_stops": list(_planned_stops(connection)),
        "mails": counts("SELECT COALESCE(decision, state), COUNT(*) FROM message WHERE NOT drill GROUP BY 1"),
        "awaiting_review": connection.execute(flagged).fetchone()[0],
        "orders": counts('SELECT state, COUNT(*) FROM "order" WHERE NOT drill GROUP BY 1'),
        "letters": counts("SELECT state, COUNT(*) FROM letter WHERE NOT drill GROUP BY 1"),
    }


def _planned_stops(connection: sqlite3.Connection) -> Iterator[PlannedStop]:
    """Yield what is to come, the next one first, and what goes on by plan."""
    open_systems = "SELECT name FROM system JOIN outage ON outage.id = outage_id"
    down = connection.execute(f"{open_systems} WHERE ended_at IS NULL AND up_at IS NULL").fetchall()
    names = {name for (name,) in down}
    for number, starts_at, expected_end, systems, begun in connection.execute(PLANNED):
        left = [name for name in systems.split() if not begun or name in names]
        if left:
            yield {
                "number": number,
                "starts_at": _utc(starts_at),
                "expected_end": _utc(expected_end) if expected_end else None,
                "systems": left,
                "begun": bool(begun),
            }


def _utc(stored: str) -> str:
    """Return a time as the ledger stores it, which is UTC without saying so, in ISO 8601."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).isoformat()
