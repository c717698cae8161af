"""The signs of automatic mail, from rules/automatic.yaml."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field

from service.rules.loading import Pattern, Strict, read_rules


class Sign(Strict):
    """One sign: a header (or several, parted by |) whose whole value matches `pattern` in lower case."""

    id: str
    strength: Literal["strong", "medium", "weak"]
    description: str
    header: str
    pattern: Pattern
    match: tuple[str, ...] = Field(min_length=1)
    clear: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether the header's value shows the sign."""
        return re.fullmatch(self.pattern, value.strip().lower(), re.DOTALL) is not None


class AutomaticRules(Strict):
    """Every sign, and the number of Received headers beyond which a mail goes in a circle."""

    signs: tuple[Sign, ...]
    max_received: int = Field(ge=10)


def load_automatic(folder: Path) -> AutomaticRules:
    """Read rules/automatic.yaml."""
    return read_rules(folder / "automatic.yaml", AutomaticRules)


def failing_examples(rules: AutomaticRules) -> tuple[str, ...]:
    """Return one line for each example that does not hold."""
    missed = (
        f"automatic.yaml: {sign.id}: «{value}» ska kännas igen men gör det inte"
        for sign in rules.signs
        for value in sign.match
        if not sign.fits(value)
    )
    wrong = (
        f"automatic.yaml: {sign.id}: «{value}» känns igen men ska inte göra det"
        for sign in rules.signs
        for value in sign.clear
        if sign.fits(value)
    )
    return (*missed, *wrong)
