"""Holds the phrases of kinds.yaml to their own examples."""

from collections.abc import Iterator

from service.rules.ordering import OrderingRules, Phrase


def failing_examples(rules: OrderingRules) -> tuple[str, ...]:
    """Return one Swedish line for each example that its phrase does not hold; none when all is well."""
    kinds = rules.kinds
    return tuple(
        line for phrase in (*kinds.phrases, *kinds.follow_ups, *kinds.uncertain) for line in _failing(phrase)
    )


def _failing(phrase: Phrase) -> Iterator[str]:
    for example in phrase.match:
        if not phrase.found_in(example):
            yield f"kinds.yaml: {phrase.id}: «{example}» ska kännas igen men gör det inte"
    for example in phrase.clear:
        if phrase.found_in(example):
            yield f"kinds.yaml: {phrase.id}: «{example}» känns igen men ska inte göra det"
