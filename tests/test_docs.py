"""The documents say what is true: every command, setting, path and link that they name is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from typer.main import get_command
from typer.testing import CliRunner

from service.cli.app import app
from service.demo.play import CAPTIONS
from service.intake.line import FOLDERS
from service.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "deploy" / "settings.example.toml"
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TOO_LONG_TO_SHOW = {"trust.domains"}


def verbs() -> set[str]:
    """Every command with its group: {"run", "outage start", ...}."""
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {verb}" for verb in inner} if inner else {name}
    return found


def named_verbs(text: str) -> set[str]:
    """Every "reservpost VERB" or "reservpost GROUP VERB" that stands as code."""
    code = "\n".join(match[0] for match in CODE.finditer(text))
    words = re.findall(r"\breservpost (?:--settings \S+ )?([a-z]+)(?: ([a-z]+))?", code)
    groups = {verb.split()[0] for verb in verbs() if " " in verb}
    return {f"{first} {second}".strip() if first in groups else first for first, second in words}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_can_be_asked_for_help(document: Path) -> None:
    for verb in named_verbs(document.read_text(encoding="utf-8")):
        told = CliRunner().invoke(app, [*verb.split(), "--help"])
        assert told.exit_code == 0, verb
        assert "--help" in told.output


def test_the_readme_names_every_command() -> None:
    assert verbs() - named_verbs(README) == set()


def test_the_readme_names_the_folders_and_counts_the_mails_of_the_demo() -> None:
    for folder in FOLDERS.values():
        assert f"| `Reservpost/{folder}` |" in README
    assert f"`make demo` plays {len(CAPTIONS)} mails" in README


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of the settings with its dotted path."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields(inner, f"{path}{name}.")
        else:
            yield f"{path}{name}", field


@pytest.mark.parametrize(("key", "field"), list(fields(Settings)), ids=lambda value: str(value)[:30])
def test_every_setting_stands_in_the_readme_with_its_default(key: str, field: FieldInfo) -> None:
    row = re.search(rf"^\| `{re.escape(key)}` \| (.*?) \| .+ \|$", README, re.MULTILINE)
    assert row, f"README has no row for {key}"
    if key not in TOO_LONG_TO_SHOW:
        assert row[1] == shown_default(field)


def shown_default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    if field.default is None:
        return "none"
    plain = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return f"`{json.dumps(plain, ensure_ascii=False)}`"


@pytest.mark.parametrize("key", [key for key, _ in fields(Settings)])
def test_every_setting_stands_in_the_example_file(key: str) -> None:
    section, _, name = key.rpartition(".")
    part = re.search(
        rf"(?ms)^\[{section}\]$(.*?)(?=^\[|\Z)" if section else r"(?s)\A(.*?)(?=\n\[)", EXAMPLE.read_text()
    )
    assert part
    assert re.search(rf"^(# )?{name} *[=:]", part[1], re.MULTILINE), key


def test_the_example_file_is_accepted_once_it_has_its_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESERVPOST_MAILBOX__PASSWORD", "ett")
    monkeypatch.setenv("RESERVPOST_POST__PASSWORD", "två")
    settings = load_settings(EXAMPLE)
    assert settings.mailbox.password.get_secret_value() == "ett"
    assert settings.post.password.get_secret_value() == "två"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_path_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    paths = re.findall(r"(?<![\w/.])((?:deploy|rules|service|tests)/[\w./-]*\w)", text)
    for path in (*links, *paths):
        assert (ROOT / path).exists(), path
