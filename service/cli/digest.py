"""`reservpost digest`: what waits for registration, as purchasers get it."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import house

app = typer.Typer(help="Sammanställningen till inköparna.", no_args_is_help=True)

Drill = Annotated[bool, typer.Option("--drill", help="Övningens rader i stället för de riktiga.")]


@app.command()
def show(
    context: typer.Context,
    workbook: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FIL", help="Skriv också listan till en Excelfil.")
    ] = None,
    drill: Drill = False,
    as_json: house.Json = False,
) -> None:
    """Visa den som den skulle skickas nu."""
    from dataclasses import asdict

    from service.errors import LedgerError
    from service.ledger.engine import reading
    from service.outage.digest import digest
    from service.wiring import office

    desk, now = office(house.settings_of(context)), house.now()
    with reading(house.ledger_of(context)) as session:
        gathered = digest(session, now, drill=drill)
    if workbook is not None:
        try:
            workbook.write_bytes(gathered.workbook)
        except OSError as fault:
            raise LedgerError(
                f"{workbook}: går inte att skriva ({fault.strerror}); välj en annan fil"
            ) from None
    if as_json:
        typer.echo(house.as_line(asdict(gathered.shown)))
    else:
        letter = desk.templates.write("digest", "", {"digest": gathered.shown}, desk.desk)
        typer.echo(f"Ämne: {letter.subject}\n\n{letter.text}", nl=False)


@app.command()
def send(context: typer.Context, drill: Drill = False) -> None:
    """Skicka den nu."""
    from service.errors import SettingsError
    from service.ledger.engine import writing
    from service.outage import digest
    from service.wiring import office

    desk = office(house.settings_of(context))
    if not desk.staff.purchasers:
        raise SettingsError("staff.purchasers: ingen att skicka till; lägg till inköparnas adresser")
    with writing(house.ledger_of(context)) as session:
        sent = digest.send(session, desk, house.now(), drill=drill)
    typer.echo(f"{sent} brev väntar på att skickas." if sent else "Inget väntar, så inget skickas.")
