"""Tries the examples that every rule carries: a rule that breaks its own examples is not to be trusted."""

from pathlib import Path

from service.errors import RulesError
from service.ordering import commands, follow_up
from service.ordering import examples as ordering_examples
from service.rules import automatic
from service.rules.book import RuleBook, load_rules
from service.rules.ordering import failing_phrases
from service.screening import examples as screening_examples


def failing_examples(rules: RuleBook) -> tuple[str, ...]:
    """Return one line for each example that does not hold: the file, the rule and the example."""
    return (
        *automatic.failing_examples(rules.automatic),
        *screening_examples.failing_examples(rules.screening),
        *ordering_examples.failing_examples(rules.ordering),
        *commands.failing_examples(rules.replies),
        *failing_phrases(rules.redirects.redirects, "redirects.yaml"),
        *failing_phrases(rules.follow_ups.asks, "follow_ups.yaml"),
        *follow_up.failing_examples(rules.follow_ups, rules.ordering),
    )


def refuse_failing(folder: Path) -> None:
    """Raise RulesError for the first example that does not hold, so that nothing runs on a broken rule."""
    failing = failing_examples(load_rules(folder))
    if failing:
        rest = f" (och {len(failing) - 1} till)" if len(failing) > 1 else ""
        raise RulesError(f"{failing[0]}{rest}; rätta, pröva med `reservpost rules check`")
