"""`reservpost rules`: tries the rules on their own examples."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import house

app = typer.Typer(help="Reglerna i rules/, som personalen kan ändra.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a verb of its own though it is the only one."""


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="MAPP", help="Mappen med regler; annars den som inställningarna anger."),
    ] = None,
) -> None:
    """Pröva varje regels egna exempel, och brevmallarna.

    Säger vad som inte stämmer, en rad för varje fel.
    """
    from service.intake.examples import failing_examples
    from service.letters.compose import load_templates
    from service.rules.book import load_rules
    from service.rules.duties import load_duties

    rules = folder or house.rules_of(context)
    failing = failing_examples(load_rules(rules))
    load_templates(rules)
    load_duties(rules)
    for line in failing:
        typer.echo(f"reservpost: {line}", err=True)
    if failing:
        raise typer.Exit(1)
    typer.echo(f"Alla regler i {rules} håller sina exempel.")
