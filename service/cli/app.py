"""The command `reservpost`: one verb a file, each importing what it needs only when it runs."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from service.cli import (
    adding,
    audit,
    check,
    demo,
    digest,
    disposal,
    doctor,
    faults,
    incidents,
    journal,
    ledger,
    letters,
    outage,
    reconcile,
    register,
    review,
    rules,
    run,
    settings,
    status,
    swedish,
)

app = typer.Typer(
    help="Reservpost tar emot beställningar av hjälpmedel per mail när Sesam ligger nere.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)

VERBS = (run.run, demo.demo, check.check, status.status, doctor.doctor)
for verb in VERBS:
    app.command()(verb)
app.command("journal")(journal.show_journal)
app.command()(reconcile.reconcile)
for name, group in {
    "outage": outage.app,
    "ledger": ledger.app,
    "digest": digest.app,
    "review": review.app,
    "letters": letters.app,
    "register": register.app,
    "incidents": incidents.app,
    "disposal": disposal.app,
    "audit": audit.app,
    "rules": rules.app,
    "settings": settings.app,
}.items():
    app.add_typer(group, name=name)
ledger.app.command("add")(adding.add)
swedish.speak(app)


@app.callback()
def _common(
    context: typer.Context,
    settings_file: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FIL", help="Inställningsfil; annars den på vanlig plats."),
    ] = None,
) -> None:
    context.obj = settings_file


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command, with the process's own arguments unless given, and end with its exit code."""
    sys.exit(faults.outcome(partial(app, arguments, "reservpost", standalone_mode=False)))
