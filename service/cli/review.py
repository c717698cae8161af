"""`reservpost review`: what a person decides about a flagged mail.

The mail is read live from the mailbox each time, and nothing of it is stored: what is booked is the lines as
understood or as the person typed them, screened once more before they reach the ledger.
"""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from service.intake.review import ReviewDesk

app = typer.Typer(help="Mail som en person ska avgöra.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="NR", help="Mailets nummer i `reservpost review list`.")]


@app.command("list")
def list_flagged(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa mail som väntar på granskning, det äldsta först."""
    from service.ledger import journal
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        rows = [
            {
                "id": row.id,
                "arrived_at": house.clock(row.arrived_at),
                "kind": row.kind,
                "sender_address": row.sender_address,
                "why": "\n".join(dict.fromkeys(reason["text"] for reason in journal.reasons_of(row))),
            }
            for row in journal.awaiting_review(session)
        ]
    columns = {"id": "Nr", "arrived_at": "Kom", "sender_address": "Från", "why": "Varför"}
    house.show(rows, columns, as_json=as_json, empty="Inget väntar på granskning.")


@app.command()
def show(context: typer.Context, number: Id) -> None:
    """Visa mailet, läst direkt ur brevlådan, med det funna utmärkt. Bara i en terminal."""
    from service.errors import LedgerError
    from service.wording import order_lines

    if not sys.stdout.isatty():
        raise LedgerError("mailet kan innehålla personuppgifter och visas bara i en terminal")
    with _desk(context) as desk:
        reviewed = desk.read(number)
    for place, text in reviewed.marked:
        typer.secho(f"── {place}", fg="cyan")
        typer.echo(text)
    typer.echo("\nVarför det ligger till granskning:")
    for reason in reviewed.judgement.reasons:
        typer.echo(f"• {reason.text} ({reason.where})")
    for position, order in enumerate(reviewed.judgement.orders, start=1):
        typer.echo(f"\nFörstått som beställning {position}:")
        typer.echo("\n".join(order_lines(order)))


@app.command()
def book(
    context: typer.Context,
    number: Id,
    line: Annotated[
        list[str] | None,
        typer.Option(help="'artikel;benämning;antal;enhet' i stället för de förstådda raderna; upprepas."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="stock_transfer, stock_replenishment eller facility_order.")
    ] = None,
    from_stock: Annotated[str | None, typer.Option("--from", help="Förråd att ta från.")] = None,
    to_stock: Annotated[str | None, typer.Option("--to", help="Förråd att fylla på.")] = None,
    facility: Annotated[str | None, typer.Option(help="Boende, avdelning eller mottagning.")] = None,
    sure: Annotated[bool, typer.Option("--sure", help="Boka trots en möjlig personuppgift.")] = False,
    by: house.By = None,
) -> None:
    """Boka mailet med de förstådda raderna, eller med dina egna; avsändaren får besked."""
    from service.intake.review import Corrections

    corrections = Corrections(tuple(line or ()), kind, from_stock, to_stock, facility, sure)
    with _desk(context) as desk:
        numbers = desk.book(number, corrections, house.who(by), house.now())
    typer.echo(f"Mail {number} bokat: {', '.join(numbers)}")


@app.command()
def reject(context: typer.Context, number: Id, by: house.By = None) -> None:
    """Avvisa mailet för att det håller personuppgifter; avsändaren ombeds ringa."""
    with _desk(context) as desk:
        desk.reject(number, house.who(by), house.now())
    typer.echo(f"Mail {number} avvisat")


@app.command()
def done(context: typer.Context, number: Id, by: house.By = None) -> None:
    """Anteckna att mailet är omhändertaget på annat sätt; inget brev skickas."""
    with _desk(context) as desk:
        desk.done(number, house.who(by), house.now())
    typer.echo(f"Mail {number} klart")


def _desk(context: typer.Context) -> "AbstractContextManager[ReviewDesk]":
    from service.daemon import review_desk

    return review_desk(house.settings_of(context))
