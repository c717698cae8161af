"""Fills the pages under rules/report/ (slips and the report) with what they may show."""

from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.errors import RulesError


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
    except (TemplateError, OSError, TypeError) as error:
        raise RulesError(f"{folder / name}.html.j2: {error}; rätta mallen eller återställ filen") from error
