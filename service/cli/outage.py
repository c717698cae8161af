"""`reservpost outage`: declare an outage, end it, and see where it stands."""

from typing import Annotated

import typer

from service.cli import house

app = typer.Typer(help="Anmäl ett driftstopp, avsluta det, se läget.", no_args_is_help=True)

System = Annotated[
    list[str] | None,
    typer.Option("--system", help="Vad som ligger nere: sesam2, websesam, visma-websesam; kan upprepas."),
]


@app.command()
def start(
    context: typer.Context,
    system: System = None,
    since: Annotated[
        str | None, typer.Option(help="När det började: 2026-03-05 09:12, eller 09:12 för i dag.")
    ] = None,
    planned: Annotated[bool, typer.Option("--planned", help="Stoppet är planerat.")] = False,
    note: Annotated[str, typer.Option(help="En rad om stoppet.")] = "",
    by: house.By = None,
) -> None:
    """Anmäl ett driftstopp: mail som kommit sedan dess tas om hand."""
    from service.ledger.engine import writing
    from service.outage import declared
    from service.wording import SYSTEMS

    at = house.now()
    with writing(house.ledger_of(context)) as session:
        row = declared.start(
            session,
            system or list(SYSTEMS),
            house.moment(since, at),
            house.who(by),
            at,
            planned=planned,
            note=note,
        )
        named = ", ".join(SYSTEMS[name.name] for name in declared.systems_of(session, row))
    typer.echo(f"Driftstopp {row.id} anmält från {house.clock(row.started_at)}: {named}")


@app.command()
def end(
    context: typer.Context,
    at: Annotated[str | None, typer.Option(help="När det slutade, om inte nu.")] = None,
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
        rows = [
            {
                "id": row.id,
                "started_at": house.clock(row.started_at),
                "ended_at": house.clock(row.ended_at) or None,
                "systems": ", ".join(system.name for system in declared.systems_of(session, row)),
                "planned": row.planned,
                "declared_by": row.declared_by,
                "note": row.note,
            }
            for row in declared.history(session)
        ]
    columns = {"id": "Nr", "started_at": "Började", "ended_at": "Slutade", "systems": "System", "note": "Not"}
    house.show(rows, columns, as_json=as_json, empty="Inget driftstopp är anmält.")
