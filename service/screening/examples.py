"""Holds the rules to their own examples."""

from service.rules.screening import Rule, ScreeningRules
from service.screening.screen import Screen
from service.values import Document, Envelope, Piece, Zone


def failing_examples(rules: ScreeningRules) -> tuple[str, ...]:
    """Return one Swedish line for each example that its rule does not hold; none when all is well."""
    screen = Screen(rules)
    return tuple(line for rule in rules.rules for line in _failing(screen, rule))


def _failing(screen: Screen, rule: Rule) -> list[str]:
    missed = [
        f"regel {rule.id}: exempel {number} under match hittas inte"
        for number, text in enumerate(rule.match, 1)
        if not _found(screen, rule, text)
    ]
    wrong = [
        f"regel {rule.id}: exempel {number} under clear hittas men ska inte göra det"
        for number, text in enumerate(rule.clear, 1)
        if _found(screen, rule, text)
    ]
    return missed + wrong


def _found(screen: Screen, rule: Rule, text: str) -> bool:
    document = Document(Envelope(), (Piece(text, "exemplet", Zone.BODY),))
    return any(finding.reason.rule == rule.id for finding in screen.findings(document))
