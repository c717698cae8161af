"""How the registers that Sesam 2 exports are read and compared, from rules/registers.yaml."""

import re
from functools import cached_property
from pathlib import Path

from pydantic import Field, field_validator

from service.rules.loading import Pattern, Strict, read_rules

REGISTERS = ("articles", "stocks", "facilities", "customers", "prescribers")
"""Every register, by the name that commands, files and rules give it."""


class ColumnRule(Strict):
    """One column: what it is called, how its heading may be spelt, and the shape of what stands in it."""

    title: str
    headings: tuple[str, ...] = Field(min_length=1)
    needed: bool = False
    pattern: Pattern = ""

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Every heading of the column, as `heading` gives it."""
        return frozenset(map(heading, (self.title, *self.headings)))


class RegisterRule(Strict):
    """One register: its Swedish name, the columns that tell one entry from another, and all its columns."""

    title: str
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, ColumnRule] = Field(min_length=1)


class RegisterRules(Strict):
    """All registers, and the words of names: `same` are spellings of one word, `small` tell nothing.

    `generic` words are left out when a name that no register holds is compared with those it does.
    """

    registers: dict[str, RegisterRule]
    same: dict[str, str]
    small: tuple[str, ...]
    generic: tuple[str, ...]

    @field_validator("registers")
    @classmethod
    def _all_there(cls, registers: dict[str, RegisterRule]) -> dict[str, RegisterRule]:
        if set(registers) != set(REGISTERS):
            raise ValueError(f"ska ha just {', '.join(REGISTERS)}")
        for name, rule in registers.items():
            if "name" not in rule.columns or not set(rule.key) <= set(rule.columns):
                raise ValueError(f"{name} ska ha kolumnen name, och key bland sina kolumner")
        return registers


def heading(text: str) -> str:
    """Return a heading as headings are compared: lower case, letters and digits alone."""
    return re.sub(r"[\W_]+", "", text.casefold())


def load_registers(folder: Path) -> RegisterRules:
    """Read rules/registers.yaml."""
    return read_rules(folder / "registers.yaml", RegisterRules)
