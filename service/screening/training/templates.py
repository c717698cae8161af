"""rules/names/training.yaml: what sentences are made of."""

from pathlib import Path

from service.rules.loading import Strict, read_rules
from service.rules.screening import Words


class Syllables(Strict):
    """How invented names of one origin begin and end."""

    begin: Words
    first: Words
    last: Words


class Parts(Strict):
    """What invented places, products and words are put together from."""

    place_begin: Words
    place_end: Words
    place_kind: Words
    place_thing: Words
    product_begin: Words
    product_end: Words
    product_more: Words
    word_begin: Words
    word_end: Words


class Templates(Strict):
    """The templates, with the lists that their slots are filled from."""

    syllables: dict[str, Syllables]
    parts: Parts
    lists: dict[str, Words]
    person: Words
    plain: Words


def load_templates(rules: Path) -> Templates:
    """Return the templates of the rules folder; RulesError names what is wrong with them."""
    return read_rules(rules / "names" / "training.yaml", Templates)
