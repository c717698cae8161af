"""All rules together, read once at the start."""

from dataclasses import dataclass
from pathlib import Path

from service.rules.automatic import AutomaticRules, load_automatic
from service.rules.ordering import OrderingRules, load_ordering
from service.rules.replies import ReplyRules, load_replies
from service.rules.screening import ScreeningRules, load_screening


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything under rules/ that judgement goes by."""

    automatic: AutomaticRules
    screening: ScreeningRules
    ordering: OrderingRules
    replies: ReplyRules


def load_rules(folder: Path) -> RuleBook:
    """Read and check every file of rules; RulesError tells the first that cannot be used."""
    return RuleBook(
        automatic=load_automatic(folder),
        screening=load_screening(folder),
        ordering=load_ordering(folder),
        replies=load_replies(folder),
    )
