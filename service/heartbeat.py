"""How the daemon is, as it tells `status`: one small file, written anew every few seconds.

It holds states, times and our own error lines, never a word of a mail. Light to import.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

STALE_SECONDS = 30
"""A heartbeat older than this means that no daemon is running."""


@dataclass(slots=True)
class Part:
    """One part of the daemon: well or in trouble, since when, and what it says about it."""

    well: bool = True
    said: str = "startar"
    since: str = ""


@dataclass(slots=True)
class Heartbeat:
    """The parts of the daemon, told by the threads that run them."""

    pid: int = field(default_factory=os.getpid)
    started_at: str = ""
    beat_at: str = ""
    intake: Part = field(default_factory=Part)
    post: Part = field(default_factory=Part)
    sweep: Part = field(default_factory=Part)
    probe: Part = field(default_factory=Part)
    strangers: int = 0
    """Mails that stand in the mailbox unworked, or that the journal does not know."""

    def tell(self, part: str, now: datetime, said: str, *, well: bool = True) -> bool:
        """Note what `part` (a field's name) says; return whether that is news."""
        known: Part = getattr(self, part)
        if (known.well, known.said) == (well, said):
            return False
        setattr(self, part, Part(well, said, now.isoformat()))
        return True

    def write(self, path: Path, now: datetime) -> None:
        """Write the file in one step, so that a reader never sees half of it."""
        self.beat_at = now.isoformat()
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)


def read_heartbeat(path: Path, now: datetime) -> Heartbeat | None:
    """Return what the running daemon last told, or None where none is running."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        beat = Heartbeat(
            pid=told["pid"],
            started_at=told["started_at"],
            beat_at=told["beat_at"],
            intake=Part(**told["intake"]),
            post=Part(**told["post"]),
            sweep=Part(**told["sweep"]),
            probe=Part(**told["probe"]),
            strangers=told["strangers"],
        )
        age = (now - datetime.fromisoformat(beat.beat_at)).total_seconds()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return beat if age <= STALE_SECONDS else None
