"""How an export of registered orders from Sesam 2 is read, from rules/export.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from service.rules.loading import Strict, read_rules

Column = Literal["sesam_number", "reference", "destination", "article", "quantity", "date", "origin"]


class ExportRules(Strict):
    """The headings of each column, which are needed, and what tells an automatic refill."""

    columns: Mapping[Column, tuple[str, ...]]
    needed: tuple[Column, ...] = Field(min_length=1)
    automatic: tuple[str, ...]
    days: int = Field(ge=1, le=400)

    def column(self, heading: str) -> Column | None:
        """Return what stands under the heading, or None where it is unknown."""
        asked = bare(heading)
        found = (column for column, names in self.columns.items() if asked in map(bare, names))
        return next(found, None)


def bare(heading: str) -> str:
    """Return the letters and digits alone, in lower case: "Art. nr" and "artnr" are one heading."""
    return "".join(sign for sign in heading.casefold() if sign.isalnum())


def load_export(folder: Path) -> ExportRules:
    """Read rules/export.yaml."""
    return read_rules(folder / "export.yaml", ExportRules)
