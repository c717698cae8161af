"""The words of mails about an earlier order, from rules/follow_ups.yaml."""

from pathlib import Path

from pydantic import Field

from service.rules.loading import Strict, read_rules
from service.rules.ordering import Phrase
from service.values import Ask, Change


class AskPhrase(Phrase):
    """A pattern that tells what the mail asks for; so do the follow-ups of kinds.yaml that `kinds` names."""

    ask: Ask
    kinds: tuple[str, ...]


class ThanksWords(Strict):
    """The words of a mail that only thanks: at least one of `words`, and none beyond `others`."""

    words: frozenset[str] = Field(min_length=1)
    others: frozenset[str]


class FollowUpRules(Strict):
    """What a mail about an earlier order can say, with sentences that must and must not be changes."""

    asks: tuple[AskPhrase, ...] = Field(min_length=1)
    thanks: ThanksWords
    strike: tuple[str, ...] = Field(min_length=1)
    changes: tuple[tuple[str, Change], ...] = Field(min_length=1)
    unchanged: tuple[str, ...] = Field(min_length=1)


def load_follow_ups(folder: Path) -> FollowUpRules:
    """Read rules/follow_ups.yaml."""
    return read_rules(folder / "follow_ups.yaml", FollowUpRules)
