"""`reservpost audit`: the chain that shows any change."""

import json
from dataclasses import asdict

import typer

from service.cli import house

app = typer.Typer(help="Kedjan som visar om något i liggaren har ändrats i efterhand.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `verify` a verb of its own though it is the only one."""


@app.command()
def verify(context: typer.Context, as_json: house.Json = False) -> None:
    """Räkna om hela kedjan, och jämför liggaren med den."""
    from service.ledger import audit, proof
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        verdict, altered = audit.verify(session), proof.altered(session)
    is_whole = verdict.broken_at is None and not altered
    if as_json:
        told = {"links": verdict.links, "head": verdict.head, "broken_at": verdict.broken_at}
        typer.echo(json.dumps(told | {"altered": [asdict(each) for each in altered]}, ensure_ascii=False))
        raise typer.Exit(0 if is_whole else 1)
    if verdict.broken_at is None:
        typer.echo(f"Kedjan håller: {verdict.links} länkar, med huvudet\n{verdict.head}")
    else:
        typer.echo(f"Kedjan är bruten vid länk {verdict.broken_at}; jämför med en säkerhetskopia.", err=True)
    for each in altered:
        typer.echo(f"{each.name}: {each.what}; jämför med en säkerhetskopia.", err=True)
    raise typer.Exit(0 if is_whole else 1)
