"""`reservpost check`: what the rules say about a mail, without mailbox or ledger."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.reading.sandbox import Sandbox
    from service.values import Judgement, Limits


def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FIL...", help="Mail som .eml-filer.")],
    as_json: house.Json = False,
) -> None:
    """Bedöm mail (.eml-filer) efter reglerna och säg varför.

    Varken brevlåda eller liggare behövs.
    """
    from service.intake.judge import contract

    _refuse_unreadable(files)
    for file, judgement in _judged(context, files):
        typer.echo(contract(file.name, judgement) if as_json else _readable(file, judgement))


def _refuse_unreadable(files: list[Path]) -> None:
    """Tell a file that cannot be judged before any is, as the mistake on the command line that it is."""
    for file in files:
        if not file.exists():
            raise typer.BadParameter(f"{file}: filen finns inte; ange en eller flera .eml-filer")
        if not file.is_file():
            raise typer.BadParameter(f"{file}: är ingen vanlig fil; ange en eller flera .eml-filer")
        if not os.access(file, os.R_OK):
            raise typer.BadParameter(f"{file}: får inte läsas; kontrollera dess rättigheter")


def _judged(context: typer.Context, files: list[Path]) -> "Iterator[tuple[Path, Judgement]]":
    """Judge the files side by side, in children with limits: a file may be hostile."""
    from concurrent.futures import ThreadPoolExecutor

    from service.intake.judge import JUDGEMENT, broken, too_large
    from service.reading.sandbox import CouldNotRun

    sandbox, limits = _sandbox(context)

    def judge(file: Path) -> "Judgement":
        if file.stat().st_size > limits.mail_bytes:
            return too_large(limits)
        try:
            return JUDGEMENT.validate_json(sandbox.run(file.read_bytes()))
        except CouldNotRun as failure:
            return broken(failure.stage)

    with sandbox, ThreadPoolExecutor(sandbox.workers) as pool:
        yield from zip(files, pool.map(judge, files), strict=True)


def _readable(file: Path, judgement: "Judgement") -> str:
    from service.values import Decision
    from service.wording import DECISIONS, KINDS, order_lines, visible

    lines = [f"{file.name}: {DECISIONS[judgement.decision].upper()} ({KINDS[judgement.kind]})"]
    for reason in judgement.reasons:
        sure = {"certain": "säkert", "possible": "möjligt"}.get(reason.certainty or "", "skäl")
        lines.append(house.hanging(f"  {sure}: ", reason.text))
        lines.append(house.hanging("    ", f"{reason.where} · regel {reason.rule}"))
    if judgement.decision is Decision.ACCEPTED:
        lines += [f"  {line}" for order in judgement.orders for line in order_lines(order)]
    return visible("\n".join(lines))


def _sandbox(context: typer.Context) -> "tuple[Sandbox, Limits]":
    """Warm the rooms by the site's settings where there are any, else by what comes with the program."""
    from service.intake.judge import judges
    from service.settings import LimitSettings, TrustSettings, shipped_rules

    if site := house.site_of(context):
        rules, trust, limits = site.rules, site.trust, site.limits
    else:
        rules, trust, limits = shipped_rules(), TrustSettings(), LimitSettings()
    bounds = limits.limits()
    return judges(rules, trust.domains, trust.authserv_id, bounds, limits.workers), bounds
