"""`reservpost check`: what the rules say about a mail, without mailbox or ledger."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house, judging
from service.cli.beside import beside

if TYPE_CHECKING:
    from service.intake.explain import Explained


def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FIL...", help="Mail som .eml-filer.")],
    as_json: house.Json = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Visa det funna som det står; bara i en terminal.")
    ] = False,
    pieces: Annotated[
        bool, typer.Option("--pieces", help="Visa i stället vad som lästes: plats, längd och textens form.")
    ] = False,
) -> None:
    """Bedöm mail (.eml-filer) efter reglerna och säg varför.

    Varken brevlåda eller liggare behövs. Av det som hittas visas bara formen.
    """
    if reveal:
        _refuse_revealing(as_json)
    judging.refuse_unreadable(files)
    if pieces:
        _tell_pieces(context, files)
    elif as_json:
        _tell_machines(context, files)
    else:
        _tell_people(context, files, reveal)


def _refuse_revealing(as_json: bool) -> None:
    """Keep what was found from every place where it would stay."""
    if as_json or not sys.stdout.isatty():
        told = "--reveal visar personuppgifter och går bara i en terminal, inte med --json eller till en fil"
        raise typer.BadParameter(told)


def _tell_machines(context: typer.Context, files: list[Path]) -> None:
    from service.intake.judge import JUDGEMENT, build, contract

    judged = judging.answers(context, files, build, JUDGEMENT.validate_json, lambda judgement: judgement)
    for file, judgement in zip(files, judged, strict=True):
        typer.echo(contract(file.name, judgement))


def _tell_pieces(context: typer.Context, files: list[Path]) -> None:
    from service.intake.sweep import SWEPT, build_sweep, unswept
    from service.wording import visible

    for file, swept in zip(
        files, judging.answers(context, files, build_sweep, SWEPT.validate_json, unswept), strict=True
    ):
        lines = [f"{file.name}: {len(swept.pieces)} texter lästa, {len(swept.unread)} delar inte lästa"]
        for where, length, shape in swept.pieces:
            lines += [house.hanging("  ", f"{where} · {length} tecken"), f"    {shape}"]
        lines += [house.hanging("  ej läst: ", f"{where} · {text}") for where, text in swept.unread]
        typer.echo(visible("\n".join(lines)))


def _tell_people(context: typer.Context, files: list[Path], reveal: bool) -> None:
    from service.intake.explain import EXPLAINED, build_shapes, build_texts, unexplained

    work = build_texts if reveal else build_shapes
    explained = judging.answers(context, files, work, EXPLAINED.validate_json, unexplained)
    for file, one in zip(files, explained, strict=True):
        typer.echo(_readable(file, one))


def _readable(file: Path, explained: "Explained") -> str:
    from service.values import Decision
    from service.wording import DECISIONS, KINDS, visible

    judgement = explained.judgement
    lines = [f"{file.name}: {DECISIONS[judgement.decision].upper()} ({KINDS[judgement.kind]})"]
    for reason, found in zip(judgement.reasons, explained.found, strict=True):
        sure = {"certain": "säkert", "possible": "möjligt"}.get(reason.certainty or "", "skäl")
        lines.append(house.hanging(f"  {sure}: ", reason.text))
        if found:
            lines.append(house.hanging("    hittat: ", " · ".join(found)))
        lines.append(house.hanging("    ", f"{reason.where} · {reason.code} · regel {reason.rule}"))
    if judgement.decision in (Decision.ACCEPTED, Decision.FLAGGED) and not judgement.findings:
        lines += beside(judgement, dict(explained.rows))
    return visible("\n".join(lines))
