"""Tells where another place may be meant than the one that lines are sent to."""

import re
from collections.abc import Iterable, Sequence

from service.ordering.gathered import Gathered
from service.ordering.items import Asked
from service.ordering.place import Direction, Place

_EITHER = frozenset(("och", "o", "samt", "eller", "/", "och/eller", "alternativt"))
_SENTENCE = re.compile(r"[.!?]\s+[A-ZÅÄÖ]")
_BESIDE_EITHER = frozenset(("kanske", "eventuellt", "möjligen", "hellre", "till", "på", "åt", "i"))


def is_rivalled(best: Place, said: Gathered) -> bool:
    """Whether another place is named in one breath with the best ("på Gunnern och Oskarslund")."""
    others = [p for p in said.places if p.stock == best.stock and not p.same_as(best)]
    between = (said.text[min(p.end, best.end) : max(p.start, best.start)] for p in others)
    return any(_says_either(text.lower().split()) for text in between)


def _says_either(between: list[str]) -> bool:
    return not _EITHER.isdisjoint(between) and _EITHER.union(_BESIDE_EITHER).issuperset(between)


def is_turned(best: Place, body: Gathered, topic: Gathered) -> bool:
    """Whether the subject moves goods the other way ("från A till B" over "från B till A")."""
    givers = [p for p in body.places if p.direction is Direction.FROM]
    gives = [p for p in topic.places if p.direction is Direction.FROM and p.same_as(best)]
    gets = [p for p in topic.places if p.direction is Direction.TO]
    return any(
        giver.same_as(getter) and not giver.same_as(best) for giver in givers for getter in gets if gives
    )


def have_givers(places: Iterable[Place]) -> bool:
    """Whether goods leave more than one stock: which line leaves which is for a person to tell."""
    givers = [p for p in places if p.direction is Direction.FROM and p.stock and not p.town]
    return any(not p.same_as(givers[0]) for p in givers)


def is_crossed(place: Place, asked: Sequence[Asked], said: Gathered) -> bool:
    """Whether the sentence or row of a line names another place that it may go to ("... (Ekgården)")."""
    others = [p for p in said.places if _may_get(p, place) and not _explains(p, place, said.text)]
    return any(_in_one_sentence(a, p, said.text) for a in asked for p in others)


def _in_one_sentence(a: Asked, place: Place, text: str) -> bool:
    """Whether a line's sentence, or the first one of its row, names the place."""
    first, last = a.sentence
    between = text[min(a.position, place.start) : max(a.position, place.start)]
    return first <= place.start < last and _SENTENCE.search(between) is None


def _explains(other: Place, place: Place, text: str) -> bool:
    """Whether the other is the place in other words ("Lagret i Sunne (lager 17)"), or whose a thing is."""
    own = other.name.endswith("s") and " " not in other.name
    return own or text[place.end : other.start].strip() == "("


def _may_get(other: Place, place: Place) -> bool:
    gets = other.direction not in (Direction.FROM, Direction.AT)
    if other.town:
        return gets and other.heading and place.stock and not other.words <= place.words
    return gets and other.stock == place.stock and not other.same_as(place)
