"""`reservpost outage`: declare an outage, end it, and see where it stands."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.ledger.tables import OutageRow

app = typer.Typer(help="Anmäl ett driftstopp, avsluta det, se läget.", no_args_is_help=True)

COLUMNS = {
    "id": "Nr",
    "started_at": "Började",
    "ended": "Slutade",
    "system_words": "Vad",
    "declared_by": "Anmält av",
    "note": "Not",
}

System = Annotated[
    list[str] | None,
    typer.Option(
        "--system",
        metavar="SYSTEM",
        help="Vad som ligger nere: sesam2, websesam, visma-websesam; kan upprepas. Annars alla tre.",
    ),
]


@app.command()
def start(
    context: typer.Context,
    system: System = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TID", help="När det började: 2026-03-05 09:12, eller 09:12 för i dag."),
    ] = None,
    planned: Annotated[bool, typer.Option("--planned", help="Stoppet är planerat.")] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="En rad om stoppet.")] = "",
    by: house.By = None,
) -> None:
    """Anmäl ett driftstopp: mail som kommit sedan dess tas om hand."""
    from service.ledger.engine import writing
    from service.outage import declared

    at, chosen = house.now(), system or declared.SYSTEMS
    with writing(house.ledger_of(context)) as session:
        began = house.moment(since, at)
        row = declared.start(session, chosen, began, house.who(by), at, planned=planned, note=note)
        named = _named(session, row)
    typer.echo(f"Driftstopp {row.id} anmält från {house.clock(row.started_at)}: {named}")


@app.command()
def end(
    context: typer.Context,
    at: Annotated[
        str | None, typer.Option(metavar="TID", help="När det slutade, om inte nu; skrivs som --since.")
    ] = None,
    by: house.By = None,
) -> None:
    """Avsluta driftstoppet: mail som kommer därefter lämnas i fred."""
    from service.ledger.engine import writing
    from service.outage import declared

    moment = house.now()
    with writing(house.ledger_of(context)) as session:
        row = declared.end(session, house.moment(at, moment), house.who(by), moment)
    typer.echo(f"Driftstopp {row.id} avslutat {house.clock(row.ended_at)}")


@app.command()
def status(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa alla anmälda driftstopp."""
    from service.ledger.engine import reading
    from service.outage import declared

    with reading(house.ledger_of(context)) as session:
        rows = [_row(session, row) for row in declared.history(session)]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inget driftstopp är anmält.")


def _row(session: "Session", row: "OutageRow") -> dict[str, Any]:
    from service.outage import declared

    return house.fields(row) | {
        "systems": [system.name for system in declared.systems_of(session, row)],
        "system_words": _named(session, row),
        "ended": house.clock(row.ended_at) or "pågår",
    }


def _named(session: "Session", row: "OutageRow") -> str:
    from service.outage import declared
    from service.wording import SYSTEMS

    return ", ".join(SYSTEMS[system.name] for system in declared.systems_of(session, row))
