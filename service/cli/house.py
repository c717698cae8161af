"""What the verbs share: the settings and the ledger they work on, and how they show what they found."""

import getpass
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from service.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Skriv en JSON-rad för varje post.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAMN", help="Vem som gör det; annars den inloggade användaren.")
]
Cell = str | int | float | bool | None
Row = Mapping[str, object]

SWEDEN = ZoneInfo("Europe/Stockholm")


def settings_of(context: typer.Context) -> "Settings":
    """Return the settings that the command was given."""
    from service.settings import load_settings, settings_path

    return load_settings(settings_path(context.find_root().obj))


def ledger_of(context: typer.Context) -> "Engine":
    """Return the ledger of the settings, brought up to date."""
    from service.ledger.engine import open_ledger

    return open_ledger(settings_of(context).ledger_path)


def who(by: str | None) -> str:
    """Return the name that the ledger notes."""
    return by or getpass.getuser()


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def clock(moment: datetime | str | None) -> str:
    """Return a moment as a Swede reads it: 2026-03-05 09:12, Swedish time."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def moment(text: str | None, otherwise: datetime) -> datetime:
    """Read a time as typed (2026-03-05 09:12 or 09:12 for today), Swedish time unless it names a zone."""
    from service.errors import LedgerError

    if text is None:
        return otherwise
    today = otherwise.astimezone(SWEDEN).strftime("%Y-%m-%d")
    try:
        read = datetime.fromisoformat(f"{today} {text}" if len(text) == len("09:12") else text)
    except ValueError:
        raise LedgerError(f"{text}: ingen tid; skriv 2026-03-05 09:12, eller 09:12 för i dag") from None
    return (read if read.tzinfo else read.replace(tzinfo=SWEDEN)).astimezone(UTC)


def show(rows: Sequence[Row], columns: Mapping[str, str], *, as_json: bool, empty: str) -> None:
    """Print the rows as JSON lines, or as a table of `columns` (key → heading) that fits 80 columns."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False, default=str))
        return
    if not rows:
        typer.echo(empty)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[key] is None else str(row[key]) for key in columns))
    Console(highlight=False, markup=False).print(table)
