"""Reads one file of rules/ strictly: an unknown key, a wrong type or a missing field is told in one line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from service.errors import RulesError, explain


class Strict(BaseModel):
    """The base of every model of rules/: frozen, and with no room for a misspelt key."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


def _compiling(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"är inget giltigt mönster ({error})") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiling)]
"""A regular expression, tried when the rule is read."""

Model = TypeVar("Model", bound=Strict)


def read_rules(path: Path, model: type[Model]) -> Model:
    """Return the file's rules as `model`; RulesError names the file, the key and what is allowed."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RulesError(f"{path}: går inte att läsa ({error.strerror}); återställ filen") from error
    except UnicodeDecodeError as error:
        raise RulesError(f"{path}: är inte UTF-8; spara filen som UTF-8") from error
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise RulesError(f"{path}: rad {line} är inte giltig YAML; rätta indrag och citattecken") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "hela filen"
        said = explain(first["type"], first.get("ctx", {}), first["msg"])
        if first["type"] == "extra_forbidden":
            said = "okänd nyckel; rätta stavningen eller ta bort den"
        raise RulesError(f"{path}: {key}: {said}") from error


def read_names(path: Path) -> frozenset[str]:
    """Return the words of the file, one a line; RulesError tells what is no single word in lower case."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise RulesError(f"{path}: går inte att läsa ({error.strerror}); återställ filen") from error
    except UnicodeDecodeError as error:
        raise RulesError(f"{path}: är inte UTF-8; spara filen som UTF-8") from error
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    _refuse(path, names, lambda name: name != name.lower(), "ska stå i små bokstäver")
    _refuse(path, names, lambda name: any(sign.isspace() for sign in name), "ska vara ett enda ord")
    return frozenset(names)


def _refuse(path: Path, names: list[str], wrong: Callable[[str], bool], why: str) -> None:
    for name in names:
        if wrong(name):
            raise RulesError(f"{path}: {name!r} {why}")
