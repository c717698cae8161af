"""Says in Swedish what Typer says of itself: the words of --help, and what is wrong with a command line."""

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

HELP = (
    (r"^Usage: ", "Så här: "),
    (r"\{(\S+?)\}(?:\.\.\.)?", r"\1"),
    (r"\[OPTIONS\]", "[VAL]"),
    (r"COMMAND \[ARGS\]\.\.\.", "KOMMANDO ..."),
    (r"^Arguments:$", "Anges:"),
    (r"^Options:$", "Val:"),
    (r"^Commands:$", "Kommandon:"),
    (r"Show this message and exit\.", "Visa den här hjälpen."),
    (r"\[required\]", "[krävs]"),
    (r"\[default:\s+([^\];]+)[^\]]*\]", r"[annars \1]"),
    (r"\s*\[\w[<>]=?[^\]]+\]", ""),
    (r" +$", ""),
)
"""The built-in words of a help text, as patterns on its lines."""

WRONG = (
    (r"No such option: --settings\b.*", "--settings FIL skrivs före kommandot"),
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?", r"\1: valet finns inte"),
    (r"No such command '(.*?)'\. Did you mean (.+)\?", r"\1: kommandot finns inte; menades \2?"),
    (r"No such command '(.*?)'\.", r"\1: kommandot finns inte"),
    (r"Missing command\.", "kommando saknas"),
    (r"Missing (?:argument|option) '(.+?)'\.?", r"\1 saknas"),
    (r"Option '(.+?)' requires an argument\.", r"\1 behöver ett värde"),
    (r"Option '(.+?)' does not take a value\.", r"\1 tar inget värde"),
    (r"Got unexpected extra argument\(?s?\)? \((.+)\)", r"\1: för mycket på raden"),
    (r"Invalid value for '(.+?)': .*valid integer.*", r"\1 ska vara ett heltal"),
    (r"Invalid value for '(.+?)': .*greater than or equal to (\d+)", r"\1 måste vara minst \2"),
    (r"Invalid value for '(.+?)': .*less than or equal to (\d+)", r"\1 får vara högst \2"),
    (r"Invalid value for '(.+?)': .*?'(.+)' is not one of (.+?)\.?", r"\1: \2 är inte något av \3"),
    (r"Invalid value for '(.+?)': (.+)", r"\1: \2"),
    (r"Invalid value: (.+)", r"\1"),
)
"""What can be wrong with a command line, as patterns on the whole of Typer's message."""


class _Verb(TyperCommand):
    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 -- its type is private to Typer
        return helped(super().get_help(ctx))


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:  # noqa: ANN401
        return helped(super().get_help(ctx))


def speak(app: typer.Typer) -> None:
    """Let every verb and group of the app help in Swedish."""
    app.info.cls = _Group
    for verb in app.registered_commands:
        verb.cls = _Verb
    for group in app.registered_groups:
        group.cls = _Group
        if group.typer_instance:
            speak(group.typer_instance)


def helped(text: str) -> str:
    """Return a help text with its built-in words in Swedish; what we wrote ourselves stays."""
    # Beside our own names for values, Typer's names of types say nothing more.
    text = re.sub(r" <[^<>\n]+>", lambda name: " " * len(name[0]), text)
    for pattern, swedish in HELP:
        text = re.sub(pattern, swedish, text, flags=re.MULTILINE)
    return text


def wrong(message: str) -> str:
    """Return what is wrong with a command line, in Swedish where the message is one that is known."""
    for pattern, swedish in WRONG:
        if found := re.fullmatch(pattern, message, flags=re.DOTALL):
            return found.expand(swedish)
    return message
