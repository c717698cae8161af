"""Fills the pages under rules/report/ (slips and the report) with what they may show."""

from datetime import datetime
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.errors import RulesError
from service.outage.pdf import document


def save(target: Path, rules: Path, name: str, at: datetime, **shown: object) -> None:
    """Write the page as PDF, dated `at`, where the file's name ends in .pdf, and otherwise as HTML."""
    if target.suffix.lower() == ".pdf":
        target.write_bytes(document(rules, name, at, **shown))
    else:
        target.write_text(page(rules, name, **shown), encoding="utf-8")


def page(rules: Path, name: str, **shown: object) -> str:
    """Return the page `name`.html.j2 as HTML; RulesError where the template cannot be used."""
    folder = rules / "report"
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(f"{name}.html.j2").render(shown)
    except (TemplateError, OSError, TypeError, ValueError) as error:
        raise RulesError(f"{folder / name}.html.j2: {error}; rätta mallen eller återställ filen") from error
