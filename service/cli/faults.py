"""Tells the fault that ended a command: one line that says what, where, and what to do; never a traceback."""

import io
import os
import sys
from collections.abc import Callable

import typer

from service.cli import swedish
from service.errors import ReservpostError

FAILED = 1
MISUSED = 2
"""The exit code of a command line that cannot be understood."""

HINDERS: tuple[tuple[type[OSError], str], ...] = (
    (PermissionError, "får inte läsas eller skrivas; kör som den användare som tjänsten har"),
    (FileNotFoundError, "finns inte; kontrollera sökvägen"),
    (FileExistsError, "är en fil där en mapp ska stå; kontrollera sökvägen"),
    (IsADirectoryError, "är en mapp där en fil ska stå; kontrollera sökvägen"),
    (NotADirectoryError, "går genom något som inte är en mapp; kontrollera sökvägen"),
)


def outcome(command: Callable[[], object]) -> int:
    """Run the command and return its exit code; what ends it early is told on stderr."""
    _replace_unprintable()
    try:
        ended = command()
        if sys.stdout:
            sys.stdout.flush()
    except typer.TyperException as fault:
        return _told(_misuse(fault), MISUSED)
    except ReservpostError as fault:
        return _told(f"reservpost: {_one_line(str(fault))}", FAILED)
    except UnicodeEncodeError:
        return _told("reservpost: ett argument är inte giltig UTF-8; skriv om det", MISUSED)
    except BrokenPipeError:
        # Whoever read our output has gone, `| head` for one; what is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED
    except OSError as fault:
        return _told(f"reservpost: {hinder(fault)}", FAILED)
    return ended if isinstance(ended, int) else 0


def _told(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


def _misuse(fault: typer.TyperException) -> str:
    """Say what is wrong with the command line; a group without a verb answers with its help."""
    message, context = fault.format_message(), getattr(fault, "ctx", None)
    if "\n" in message:
        return message
    path = context.command_path if context else "reservpost"
    return f"{path}: {_one_line(swedish.wrong(message))}; se `{path} --help`"


def hinder(fault: OSError) -> str:
    """Say what the operating system refuses, where, and what to do."""
    said = next((said for kind, said in HINDERS if isinstance(fault, kind)), None)
    where = f"{fault.filename}: " if fault.filename else ""
    return where + (said or f"{fault.strerror or type(fault).__name__}; kontrollera disk och sökväg")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _replace_unprintable() -> None:
    """Let a sign that the output's encoding lacks become "?": it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
