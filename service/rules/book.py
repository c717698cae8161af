"""All rules together, read once at the start."""

from dataclasses import dataclass
from pathlib import Path

from service.rules.automatic import AutomaticRules, load_automatic
from service.rules.follow_ups import FollowUpRules, load_follow_ups
from service.rules.ordering import OrderingRules, load_ordering
from service.rules.redirects import RedirectRules, load_redirects
from service.rules.registers import RegisterRules, load_registers
from service.rules.replies import ReplyRules, load_replies
from service.rules.screening import ScreeningRules, load_screening


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything under rules/ that judgement goes by."""

    automatic: AutomaticRules
    screening: ScreeningRules
    ordering: OrderingRules
    replies: ReplyRules
    registers: RegisterRules
    redirects: RedirectRules
    follow_ups: FollowUpRules


def load_rules(folder: Path) -> RuleBook:
    """Read and check every file of rules; RulesError tells the first that cannot be used."""
    return RuleBook(
        automatic=load_automatic(folder),
        screening=load_screening(folder),
        ordering=load_ordering(folder),
        replies=load_replies(folder),
        registers=load_registers(folder),
        redirects=load_redirects(folder),
        follow_ups=load_follow_ups(folder),
    )
