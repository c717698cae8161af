"""Holds the phrases of kinds.yaml to their own examples."""

from service.rules.ordering import OrderingRules, failing_phrases


def failing_examples(rules: OrderingRules) -> tuple[str, ...]:
    """Return one Swedish line for each example that its phrase does not hold; none when all is well."""
    kinds = rules.kinds
    return tuple(failing_phrases((*kinds.phrases, *kinds.follow_ups, *kinds.uncertain), "kinds.yaml"))
