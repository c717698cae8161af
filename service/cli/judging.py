"""Judges files side by side, in children with limits: a file may be hostile."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.intake.judge import Tell
    from service.values import Judgement

Answer = TypeVar("Answer")
Work = Callable[[bytes], Callable[[bytes, "Tell"], bytes]]


def answers(
    context: typer.Context,
    files: Iterable[Path],
    work: Work,
    read: Callable[[bytes], Answer],
    without: "Callable[[Judgement], Answer]",
    rules: Path | None = None,
) -> Iterator[Answer]:
    """Yield what `work` makes of each file, in order, as `read` reads it.

    The site's settings count where there are any, `rules` before its own. A file that breaks its child or is
    too large is answered by `without`, from the judgement that such a mail gets.
    """
    from concurrent.futures import ThreadPoolExecutor

    from service.intake.judge import broken, judges, too_large
    from service.reading.sandbox import CouldNotRun
    from service.settings import LimitSettings, TrustSettings

    site = house.site_of(context)
    trust, bounds = (site.trust, site.limits) if site else (TrustSettings(), LimitSettings())
    limits = bounds.limits()
    sandbox = judges(
        rules or house.rules_of(context),
        trust.domains,
        trust.authserv_id,
        limits,
        bounds.workers,
        work,
        registers=site.registers_path if site else None,
        require_known=site is not None and site.registers.require_known,
        engine=site.screening.engine if site else "",
    )

    def answer(file: Path) -> Answer:
        if file.stat().st_size > limits.mail_bytes:
            return without(too_large(limits))
        try:
            return read(sandbox.run(file.read_bytes()))
        except CouldNotRun as failure:
            return without(broken(failure.stage))

    with sandbox, ThreadPoolExecutor(sandbox.workers) as pool:
        yield from pool.map(answer, files)


def refuse_unreadable(files: Iterable[Path]) -> None:
    """Tell a file that cannot be judged before any is, as the mistake on the command line that it is."""
    for file in files:
        if not file.exists():
            raise typer.BadParameter(f"{file}: filen finns inte; ange en eller flera .eml-filer")
        if not file.is_file():
            raise typer.BadParameter(f"{file}: är ingen vanlig fil; ange en eller flera .eml-filer")
        if not os.access(file, os.R_OK):
            raise typer.BadParameter(f"{file}: får inte läsas; kontrollera dess rättigheter")
