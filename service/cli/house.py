"""What the verbs share: the settings and the ledger they work on, and how they show what they found."""

import getpass
import json
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.clock import shown, typed

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import SQLModel

    from service.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Skriv en JSON-rad för varje post.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAMN", help="Vem som gör det; annars den inloggade användaren.")
]
Row = Mapping[str, object]

LARGEST = 2**63 - 1
"""The largest number that SQLite holds."""

WIDEST_ADDRESS = 24
"""Signs of an address on one line of a table; a longer one is parted before its @."""


def settings_of(context: typer.Context) -> "Settings":
    """Return the settings that the command was given."""
    from service.settings import load_settings, settings_path

    return load_settings(settings_path(context.find_root().obj))


def site_of(context: typer.Context) -> "Settings | None":
    """Return the site's settings, or None where no file was named and none lies in the usual places."""
    from service.errors import SettingsError
    from service.settings import load_settings, settings_path

    try:
        path = settings_path(context.find_root().obj)
    except SettingsError:
        return None
    return load_settings(path)


def rules_of(context: typer.Context) -> Path:
    """Return the site's folder of rules; without any settings, the rules that came with the program."""
    from service.settings import shipped_rules

    site = site_of(context)
    return site.rules if site else shipped_rules()


def ledger_of(context: typer.Context) -> "Engine":
    """Return the ledger of the settings, brought up to date."""
    from service.ledger.engine import open_ledger

    return open_ledger(settings_of(context).ledger_path)


def who(by: str | None) -> str:
    """Return the name that the ledger notes: as given, or of the user who is signed in."""
    from service.errors import LedgerError

    try:
        return (by or "").strip() or getpass.getuser()
    except (KeyError, OSError):
        raise LedgerError("användaren har inget namn i systemet; ange --by NAMN") from None


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def clock(moment: datetime | str | None) -> str:
    """Return a moment as a Swede reads it: 2026-03-05 09:12, Swedish time."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return shown(at, mark=":")


def refuse_personal(context: typer.Context, text: str, what: str) -> None:
    """Refuse what was typed where anything of a patient is found in it, as in a mail; `what` names it."""
    from service.daemon import sandbox
    from service.errors import LedgerError
    from service.intake.typed import screen_typed

    settings = settings_of(context)
    with sandbox(settings) as judges:
        if screen_typed(judges, settings.desk.address, [text]):
            raise LedgerError(f"{what} kan innehålla personuppgifter; skriv om utan dem, inget ändrades")


def moment(text: str | None, otherwise: datetime) -> datetime:
    """Read a time as typed (2026-03-05 09:12 or 09:12 for today), Swedish time unless it names a zone."""
    return otherwise if text is None else typed(text, otherwise)


def show(rows: Sequence[Row], columns: Mapping[str, str], *, as_json: bool, empty: str) -> None:
    """Print the rows as JSON lines, or as a table of `columns` (key → heading) as wide as the terminal."""
    if as_json:
        for row in rows:
            typer.echo(as_line(row))
    elif rows:
        typer.echo(_table(rows, columns))
    else:
        typer.echo(empty)


def fields(row: "SQLModel", *without: str) -> dict[str, Any]:
    """Return what a row of the ledger holds, in the order of its table."""
    return {name: getattr(row, name) for name in type(row).model_fields if name not in without}


def as_line(row: Row) -> str:
    """Return a row as one line of JSON, its times in ISO 8601."""
    return json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat())


def hanging(head: str, text: str) -> str:
    """Return `head` and the text after it, wrapped to the terminal and indented under where it began."""
    return textwrap.fill(
        text,
        shutil.get_terminal_size().columns,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _table(rows: Sequence[Row], columns: Mapping[str, str]) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in columns))
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as drawn:
        console.print(table)
    return "\n".join(line.rstrip() for line in drawn.get().splitlines())


def _cell(value: object) -> str:
    """Return what stands in a cell: times as people read them, and nothing that could steer the terminal."""
    from service.wording import visible

    if isinstance(value, datetime):
        return clock(value)
    text = "" if value is None else visible(str(value))
    parted = "@" in text and " " not in text and len(text) > WIDEST_ADDRESS
    return text.replace("@", "\n@") if parted else text
