"""`reservpost register`: the local copy of Sesam's registers, prepared before it is needed."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.registers.importing import Report
    from service.registers.shelf import Shelf

app = typer.Typer(help="Register ur Sesam 2, som beställningar jämförs med.", no_args_is_help=True)

COLUMNS = {"register": "Register", "title": "Innehåll", "entries": "Poster", "imported_at": "Importerat"}
ENTRY_COLUMNS = {"number": "Nummer", "name": "Namn", "more": "Övrigt"}
MOST_SHOWN = 20
"""Refused rows, and entries found, that are shown unless JSON is asked for."""

Name = Annotated[
    Literal["articles", "stocks", "facilities", "customers", "prescribers"],
    typer.Argument(metavar="REGISTER", help="articles, stocks, facilities, customers eller prescribers."),
]


@app.command("import")
def import_file(
    context: typer.Context,
    register: Name,
    file: Annotated[Path, typer.Argument(metavar="FIL", help="csv eller xlsx, som ur Sesam 2.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Visa vad som skulle ändras; ändra inget.")
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Ta bort det som filen inte har med.")] = False,
    as_json: house.Json = False,
) -> None:
    """Läs in ett register ur en fil.

    Det som filen inte har med blir kvar, om inte --whole anges.
    """
    from service.registers.importing import take_in
    from service.rules.registers import load_registers

    shelf, rules = _shelf(context), load_registers(house.rules_of(context))
    report = take_in(file, register, shelf.read(register), rules, whole=whole)
    if report.changes and not dry_run:
        shelf.write(register, report.entries)
    if as_json:
        told = {key: value for key, value in asdict(report).items() if key != "entries"}
        typer.echo(
            house.as_line({"register": register, "dry_run": dry_run, "entries": len(report.entries)} | told)
        )
        return
    for line in _told(report, rules.registers[register].title, dry_run=dry_run):
        typer.echo(line)


@app.command("list")
def list_registers(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa vilka register som finns här."""
    from datetime import UTC, datetime

    from service.rules.registers import load_registers

    shelf, rows = _shelf(context), []
    for name, rule in load_registers(house.rules_of(context)).registers.items():
        stamp = shelf.stamp(name)
        at = datetime.fromtimestamp(stamp[1] / 1e9, UTC) if stamp else None
        rows.append(
            {"register": name, "title": rule.title, "entries": len(shelf.read(name)), "imported_at": at}
        )
    house.show(rows, COLUMNS, as_json=as_json, empty="")


@app.command()
def show(
    context: typer.Context,
    register: Name,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Nummer, eller en del av namnet.")] = "",
    as_json: house.Json = False,
) -> None:
    """Visa vad ett register säger, allt eller det som TEXT står i."""
    wanted = text.casefold()
    found = [
        {"number": entry.number, "name": entry.name, "more": ", ".join(value for _, value in entry.details)}
        | (dict(entry.details) if as_json else {})
        for entry in _shelf(context).read(register)
        if wanted in f"{entry.number} {entry.name} {entry.value('product')}".casefold()
    ]
    shown = found if as_json else list(islice(found, MOST_SHOWN))
    house.show(shown, ENTRY_COLUMNS, as_json=as_json, empty="Inget i registret passar.")
    if len(shown) < len(found):
        typer.echo(f"... och {len(found) - len(shown)} till; sök med ett nummer eller en del av namnet.")


def _shelf(context: typer.Context) -> "Shelf":
    from service.registers.shelf import Shelf

    return Shelf(house.settings_of(context).registers_path)


def _told(report: "Report", title: str, *, dry_run: bool) -> list[str]:
    """Return the report for a person: what became of the register, and each row that could not be used."""
    counts = f"{report.added} nya, {report.changed} ändrade, {report.unchanged} oförändrade"
    lines = [f"{title.capitalize()}: {counts}. Registret har {len(report.entries)} poster."]
    if report.removed:
        lines.append(f"{report.removed} som filen inte har med togs bort.")
    if report.missing:
        lines.append(f"{report.missing} som filen inte har med är kvar; --whole tar bort dem.")
    if report.refused:
        lines.append(f"{len(report.refused)} rader togs inte in:")
        lines += [f"  rad {row}: {why}" for row, why in report.refused[:MOST_SHOWN]]
        rest = len(report.refused) - MOST_SHOWN
        lines += [f"  ... och {rest} till; --json visar alla"] if rest > 0 else []
    if dry_run:
        lines.append("Inget är ändrat: det var en provkörning.")
    return lines
