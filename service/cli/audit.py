"""`reservpost audit`: the chain that shows any change."""

import json

import typer

from service.cli import house

app = typer.Typer(help="Kedjan som visar om något i liggaren har ändrats i efterhand.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `verify` a verb of its own though it is the only one."""


@app.command()
def verify(context: typer.Context, as_json: house.Json = False) -> None:
    """Räkna om hela kedjan och säg om den håller."""
    from service.ledger import audit
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        verdict = audit.verify(session)
    if as_json:
        told = {"links": verdict.links, "head": verdict.head, "broken_at": verdict.broken_at}
        typer.echo(json.dumps(told))
    elif verdict.broken_at is None:
        typer.echo(f"Kedjan håller: {verdict.links} länkar, med huvudet\n{verdict.head}")
    else:
        typer.echo(f"Kedjan är bruten vid länk {verdict.broken_at}; jämför med en säkerhetskopia.", err=True)
    raise typer.Exit(0 if verdict.broken_at is None else 1)
