"""`reservpost demo`: the main job on this machine alone."""

import sys

import typer

INTERRUPTED = 130
"""What a shell gives a command that Ctrl-C ended."""


def demo() -> None:
    """Visa hela gången på den här datorn."""
    from service.demo.acts import perform

    try:
        perform()
    except KeyboardInterrupt:
        print("reservpost: demonstrationen avbröts; inget av den är kvar", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
