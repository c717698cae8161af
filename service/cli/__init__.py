"""The command `reservpost`: one verb a file, each importing what it needs only when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli import (
    audit,
    check,
    demo,
    doctor,
    journal,
    ledger,
    letters,
    outage,
    review,
    rules,
    run,
    settings,
    status,
)
from service.errors import ReservpostError

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
for name, group in {
    "outage": outage.app,
    "ledger": ledger.app,
    "review": review.app,
    "letters": letters.app,
    "audit": audit.app,
    "rules": rules.app,
    "settings": settings.app,
}.items():
    app.add_typer(group, name=name)


@app.callback()
def _common(
    context: typer.Context,
    settings_file: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FIL", help="Inställningsfil; annars den på vanlig plats."),
    ] = None,
) -> None:
    context.obj = settings_file


def main() -> None:
    """Run the command; a fault is one line on stderr and exit 1, never a traceback."""
    try:
        app()
    except ReservpostError as fault:
        print(f"reservpost: {fault}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, `| head` for one
        sys.exit(1)
    except KeyboardInterrupt:
        print("reservpost: avbrutet", file=sys.stderr)
        sys.exit(130)
