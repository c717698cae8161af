"""`reservpost rules`: tries the rules on their own examples, and on mails."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house, judging

if TYPE_CHECKING:
    from service.values import Judgement

app = typer.Typer(help="Reglerna i rules/, som personalen kan ändra.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a verb of its own though it is the only one."""


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="MAPP", help="Mappen med regler; annars den som inställningarna anger."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="MAPP", help="Mapp med .eml-filer: vilka får ett annat beslut än i dag?"),
    ] = None,
) -> None:
    """Pröva varje regels egna exempel, och mallarna.

    Mallarna är brevens, rapportens och blanketternas. Säger vad som inte stämmer, en rad för varje fel. Med
    --against också vilka mail i en mapp som skulle få ett annat beslut med reglerna i --folder än med dem
    som gäller i dag; inget mail ändras.
    """
    from service.intake.examples import failing_examples
    from service.letters.compose import load_templates
    from service.outage.samples import check_pages
    from service.rules.book import load_rules
    from service.rules.calendar import load_calendar
    from service.rules.duties import load_duties
    from service.rules.export import load_export

    rules = folder or house.rules_of(context)
    failing = failing_examples(load_rules(rules))
    load_templates(rules)
    load_calendar(rules)
    load_duties(rules)
    load_export(rules)
    check_pages(rules)
    for line in failing:
        typer.echo(f"reservpost: {line}", err=True)
    if failing:
        raise typer.Exit(1)
    typer.echo(f"Alla regler i {rules} håller sina exempel.")
    if against:
        _tell_changes(context, rules, against)


def _tell_changes(context: typer.Context, rules: Path, against: Path) -> None:
    """Say which mails of the folder the rules decide otherwise than the rules in use."""
    from service.wording import visible

    used = _rules_in_use(context, rules)
    mails = sorted(against.glob("*.eml"))
    if not mails:
        raise typer.BadParameter(f"{against}: ingen mapp med .eml-filer; ange en sådan med --against")
    judging.refuse_unreadable(mails)
    before, after = (list(_decided(context, mails, folder)) for folder in (used, rules))
    changed = [
        f"{mail.name}: {_change(old, new)}"
        for mail, old, new in zip(mails, before, after, strict=True)
        if old.decision is not new.decision
    ]
    for line in changed:
        typer.echo(visible(line))
    typer.echo(f"{len(changed)} av {len(mails)} mail får ett annat beslut än med {used}.")


def _rules_in_use(context: typer.Context, rules: Path) -> Path:
    """Return the rules to compare with: the site's, or the program's where the site's are the ones tried."""
    from service.settings import shipped_rules

    for used in (house.rules_of(context), shipped_rules()):
        if used.resolve() != rules.resolve():
            return used
    raise typer.BadParameter("reglerna är de som gäller; ange de ändrade med --folder")


def _decided(context: typer.Context, mails: list[Path], rules: Path) -> "Iterator[Judgement]":
    from service.intake.judge import JUDGEMENT, build

    return judging.answers(context, mails, build, JUDGEMENT.validate_json, lambda judgement: judgement, rules)


def _change(old: "Judgement", new: "Judgement") -> str:
    """Return both decisions, and the rules that made the difference."""
    from service.wording import DECISIONS

    before, after = ({reason.rule for reason in judged.reasons} for judged in (old, new))
    gone, come = sorted(before - after), sorted(after - before)
    said = [f"{sign} {', '.join(ids)}" for sign, ids in (("utan", gone), ("nu", come)) if ids]
    return f"{DECISIONS[old.decision]} → {DECISIONS[new.decision]} (regel: {'; '.join(said) or 'samma'})"
