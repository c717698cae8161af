"""`reservpost rules`: tries the rules on their own examples."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Reglerna i rules/, som personalen kan ändra.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a verb of its own though it is the only one."""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Option(help="Mappen med regler, om inte den medföljande.")] = None,
) -> None:
    """Pröva varje regels egna exempel; säg vad som inte stämmer."""
    from service.intake.examples import failing_examples
    from service.rules.book import load_rules
    from service.settings import shipped_rules

    failing = failing_examples(load_rules(folder or shipped_rules()))
    for line in failing:
        typer.echo(line, err=True)
    if failing:
        raise typer.Exit(1)
    typer.echo("Alla regler håller sina exempel.")
