"""Where the registers lie: one file a register in the state folder, each written in one step."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from service.errors import RegisterError
from service.registers.entry import Entry

Stamp = tuple[int, int, int]
"""The inode, the time of change in ns and the size in bytes of a file: another one means another content."""


class Shelf:
    """A folder of registers. None of the files need be there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, register: str) -> Path:
        """Return the file of the register."""
        return self._folder / f"{register}.json"

    def stamp(self, register: str) -> Stamp | None:
        """Return what tells this content of the file from another, or None where there is no file."""
        try:
            found = self.path(register).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self, register: str) -> tuple[Entry, ...]:
        """Return the entries as they stand; none without a file; RegisterError where it is broken."""
        path = self.path(register)
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            return tuple(Entry(number, name, tuple(details.items())) for number, name, details in rows)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, AttributeError):
            raise RegisterError(
                f"{path}: registret går inte att läsa; importera det igen med `reservpost register import`"
            ) from None

    def write(self, register: str, entries: Sequence[Entry]) -> None:
        """Put the entries in place of the old ones; a reader sees all of the old or all of the new."""
        path = self.path(register)
        beside = path.with_suffix(".new")
        rows = [[entry.number, entry.name, dict(entry.details)] for entry in entries]
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(rows, file, ensure_ascii=False, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as fault:
            raise RegisterError(f"{path}: registret går inte att skriva ({fault.strerror})") from None
