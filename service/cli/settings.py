"""`reservpost settings`: tells whether the settings can be used."""

import typer

from service.cli import house

app = typer.Typer(help="Inställningarna.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a verb of its own though it is the only one."""


@app.command()
def check(context: typer.Context) -> None:
    """Säg om inställningarna går att använda."""
    settings = house.settings_of(context)
    typer.echo(f"Inställningarna är rätt. Liggare: {settings.ledger_path}. Regler: {settings.rules}.")
