"""What is ordered in another system, from rules/redirects.yaml."""

from pathlib import Path

from pydantic import Field

from service.rules.loading import Strict, read_rules
from service.rules.ordering import Phrase


class Redirect(Phrase):
    """Articles that belong to another system; `where` is a Swedish sentence that says where to order them."""

    where: str = Field(min_length=10)


class RedirectRules(Strict):
    """Every redirect, in the order of the file."""

    redirects: tuple[Redirect, ...]


def load_redirects(folder: Path) -> RedirectRules:
    """Read rules/redirects.yaml."""
    return read_rules(folder / "redirects.yaml", RedirectRules)
