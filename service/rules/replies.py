"""The words by which staff tick off orders in answer to a letter, from rules/replies.yaml."""

from functools import cached_property
from pathlib import Path

from pydantic import Field

from service.rules.loading import Strict, read_rules
from service.values import Act

Meaning = tuple[str, Act, str]
"""The order's number, what became of it, and its number in Sesam or the reason."""


class ReplyRules(Strict):
    """Words in lower case, and lines that must and must not be understood."""

    registered: tuple[str, ...] = Field(min_length=1)
    cancelled: tuple[str, ...] = Field(min_length=1)
    fillers: tuple[str, ...]
    negations: tuple[str, ...] = Field(min_length=1)
    match: tuple[tuple[str, Meaning], ...] = Field(min_length=1)
    clear: tuple[str, ...] = Field(min_length=1)

    @cached_property
    def acts(self) -> dict[str, Act]:
        """Each word that tells what became of an order."""
        done = dict.fromkeys(self.registered, Act.REGISTERED)
        return done | dict.fromkeys(self.cancelled, Act.CANCELLED)


def load_replies(folder: Path) -> ReplyRules:
    """Read rules/replies.yaml."""
    return read_rules(folder / "replies.yaml", ReplyRules)
