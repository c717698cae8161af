"""`reservpost review`: what a person decides about a flagged mail.

The mail is read live from the mailbox each time, and nothing of it is stored: what is booked is the lines as
understood or as the person typed them, screened once more before they reach the ledger.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli import house

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from service.intake.judge import Reviewed
    from service.intake.review import ReviewDesk, Settled

app = typer.Typer(help="Mail som en person ska avgöra.", no_args_is_help=True)

COLUMNS = {"id": "Nr", "arrived_at": "Kom", "sender_address": "Från", "why": "Varför"}

Id = Annotated[
    int,
    typer.Argument(min=1, max=house.LARGEST, metavar="NR", help="Mailets nummer i `reservpost review list`."),
]
Line = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RAD",
        help="'artikel;benämning;antal;enhet' i stället för de förstådda raderna; upprepas för fler.",
    ),
]
KindName = Annotated[
    Literal["stock_transfer", "stock_replenishment", "facility_order"] | None,
    typer.Option(metavar="SORT", help="stock_transfer, stock_replenishment eller facility_order."),
]
From = Annotated[str | None, typer.Option("--from", metavar="FÖRRÅD", help="Förråd att ta från.")]
To = Annotated[str | None, typer.Option("--to", metavar="FÖRRÅD", help="Förråd att fylla på.")]
Facility = Annotated[str | None, typer.Option(metavar="PLATS", help="Boende, avdelning eller mottagning.")]
Sure = Annotated[
    bool,
    typer.Option(
        "--sure", help="Boka trots en möjlig personuppgift i raderna, eller en tidigare beställning."
    ),
]


@app.command("list")
def list_flagged(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa mail som väntar på granskning: lager först, sedan brådskande."""
    from service.ledger import journal
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        rows = [
            house.fields(row, "reasons", "uid", "uidvalidity")
            | {
                "reasons": journal.reasons_of(row),
                "why": "\n".join(dict.fromkeys(reason["text"] for reason in journal.reasons_of(row))),
            }
            for row in journal.awaiting_review(session)
        ]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inget väntar på granskning.")


@app.command()
def show(context: typer.Context, number: Id) -> None:
    """Visa mailet ur brevlådan, med det funna «utmärkt».

    Bara i en terminal: det kan hålla personuppgifter, som inte får hamna i en fil.
    """
    from service.errors import LedgerError

    if not sys.stdout.isatty():
        raise LedgerError("mailet kan innehålla personuppgifter och visas bara i en terminal")
    with _desk(context) as desk:
        reviewed, proposals = desk.read(number), desk.proposals(number)
    for line in (*_shown(reviewed), *proposals):
        typer.echo(line)
    typer.echo(f"\nAvgör det med `reservpost review book {number}`, `reject {number}` eller `done {number}`.")


@app.command()
def book(
    context: typer.Context,
    number: Id,
    line: Line = None,
    kind: KindName = None,
    from_stock: From = None,
    to_stock: To = None,
    facility: Facility = None,
    sure: Sure = False,
    by: house.By = None,
) -> None:
    """Boka mailet med de förstådda raderna, eller med dina egna."""
    from service.intake.review import Corrections
    from service.values import Kind

    chosen = Kind(kind) if kind else None
    corrections = Corrections(tuple(line or ()), chosen, from_stock, to_stock, facility, sure)
    with _desk(context) as desk:
        settled = desk.book(number, corrections, house.who(by), house.now())
    typer.echo(f"Mail {number} bokat: {', '.join(settled.numbers)}. {_answered(settled)}")


@app.command()
def reject(context: typer.Context, number: Id, by: house.By = None) -> None:
    """Avvisa mailet för att det håller personuppgifter.

    Avsändaren ombeds ringa i stället.
    """
    with _desk(context) as desk:
        settled = desk.reject(number, house.who(by), house.now())
    typer.echo(f"Mail {number} avvisat. {_answered(settled)}")


@app.command()
def done(context: typer.Context, number: Id, by: house.By = None) -> None:
    """Anteckna att mailet är omhändertaget på annat sätt.

    Inget brev skickas.
    """
    with _desk(context) as desk:
        desk.done(number, house.who(by), house.now())
    typer.echo(f"Mail {number} klart. Inget brev skickas.")


def _desk(context: typer.Context) -> "AbstractContextManager[ReviewDesk]":
    from service.daemon import review_desk

    return review_desk(house.settings_of(context))


def _answered(settled: "Settled") -> str:
    if settled.answered:
        return "Avsändaren får ett brev."
    return "Avsändaren är inte betrodd och får inget brev: ring om det behövs."


def _shown(reviewed: "Reviewed") -> list[str]:
    """Return the mail, why it waits and what was understood, without what could steer the terminal."""
    from service.wording import order_lines, visible

    lines = []
    for place, text in reviewed.marked:
        lines += [typer.style(f"── {visible(place)}", fg="cyan"), visible(text)]
    lines.append("\nVarför det ligger till granskning:")
    lines += [house.hanging("• ", visible(f"{r.text} ({r.where})")) for r in reviewed.judgement.reasons]
    for position, order in enumerate(reviewed.judgement.orders, start=1):
        lines.append(f"\nFörstått som beställning {position}:")
        lines += [visible(line) for line in order_lines(order)]
    return lines
