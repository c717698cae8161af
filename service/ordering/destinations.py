"""Tells which stock the goods leave and where each line goes, by the places that a mail names."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from service.ordering.gathered import Gathered
from service.ordering.items import Asked
from service.ordering.place import Direction, Place
from service.ordering.rivals import have_givers, is_crossed, is_rivalled, is_turned
from service.values import Kind

_LIES = re.compile(r"\b(?:i|vid) [A-ZÅÄÖ]")
"""A name that says itself in which town the place lies."""
MAX_LINE = 80
"""Characters after a place that may stand before the colon which makes its line a heading."""
_WEIGHTS = {Direction.LABEL: 5, Direction.TO: 4, Direction.UNTOLD: 2, Direction.AT: 2}
"""How surely a place is where goods go, by what is said of it; a line's beginning adds one."""


@dataclass(frozen=True, slots=True)
class Consignment:
    """Lines that go to one place; None where the mail names none.

    `rivalled` tells that another place is named in one breath with it, that the subject has it give what the
    text has it get, or that several stocks give.
    """

    place: Place | None
    asked: tuple[Asked, ...]
    rivalled: bool = False


def source(body: Gathered, topic: Gathered, said: frozenset[Kind]) -> str | None:
    """Return the stock that goods leave: named as such, or where they stand while another is the goal."""
    places = (*body.places, *topic.places)
    named = [p for p in places if p.direction is Direction.FROM and p.stock and not _gets(p, places)]
    if not named and Kind.STOCK_TRANSFER in said:
        stocks = [p for p in body.places if p.stock and not p.town]
        moved = any(p.direction is Direction.TO for p in stocks)
        named = [p for p in stocks if p.direction is Direction.AT and moved]
    return next((p.name for p in sorted(named, key=attrgetter("town"))), None)


def _gets(giver: Place, places: Iterable[Place]) -> bool:
    """Whether the town is where the goods go as well ("Hej från Grums" over "till förrådet i Grums")."""
    goals = [p for p in places if p.direction is not Direction.FROM and p.stock]
    return giver.town and any(giver.words <= goal.words for goal in goals)


def consignments(body: Gathered, topic: Gathered, said: frozenset[Kind]) -> tuple[Consignment, ...]:
    """Return the lines of the body, parted by the places they go to."""
    body = replace(body, places=_without_given(body.places))
    ranked = _ranked(body.places, topic.places, said)
    if not body.asked:
        return ()
    if not ranked:
        return (Consignment(None, body.asked),)
    best = ranked[0]
    parts = _under_headings(body.asked, [p for p in body.places if _heads(p, best, body.text)], best)
    if len(parts) == 1:
        place = _in_town(_fullest(best, body, topic), body, topic)
        rivalled = is_rivalled(best, body) or is_turned(best, body, topic) or have_givers(body.places)
        return (Consignment(place, body.asked, rivalled or is_crossed(place, body.asked, body)),)
    given = have_givers(body.places)
    getting = [place for place, _ in parts]
    rest = replace(body, places=tuple(p for p in body.places if not any(map(p.same_as, getting))))
    return tuple(
        Consignment(_fullest(place, body, topic), tuple(of), given or is_crossed(place, of, rest))
        for place, of in parts
    )


def _without_given(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return the places without a stock that is only named, where goods are told to leave it and no other.

    "Mellan lager 200 och lager 688 (från 200)" tells that 688 gets them.
    """
    stocks = [p for p in places if p.stock and not p.town]
    givers = [p for p in stocks if p.direction is Direction.FROM]
    getters = [p for p in stocks if p.direction in (Direction.TO, Direction.LABEL)]
    named = (p for p in stocks if p.direction is Direction.UNTOLD and any(map(p.same_as, givers)))
    given = [p for p in named if not any(map(p.same_as, getters))]
    return tuple(p for p in places if p not in given)


def _ranked(places: Iterable[Place], topic: Iterable[Place], said: frozenset[Kind]) -> list[Place]:
    """Return the places that goods may go to, the surest first; those of the subject count a little less."""
    named = [(p, 0) for p in places] + [(p, 2) for p in topic]
    stockish = bool(said & {Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT}) or any(
        p.stock and not p.town and p.direction is Direction.FROM for p, _ in named
    )

    def weight(place: Place, less: int) -> tuple[int, int]:
        fits = (2 if stockish else -1) if place.stock else (-1 if stockish else 1)
        return less - _WEIGHTS[place.direction] - place.heading - fits, place.start

    goals = [pair for pair in named if pair[0].direction is not Direction.FROM]
    # A town alone is where goods go only when its stock is meant, and no place is named more fully as a goal.
    full = [pair for pair in goals if not pair[0].town]
    towns = [pair for pair in goals if pair[0].town and stockish]
    sent = any(p.direction is Direction.TO for p, _ in towns) and not any(map(_is_goal, full))
    return [place for place, _ in sorted(towns if sent else full or towns, key=lambda pair: weight(*pair))]


def _is_goal(named: tuple[Place, int]) -> bool:
    """Whether goods may go to the place rather than to a town's stock that they are told to go to."""
    place, _ = named
    return place.stock or place.heading or place.direction in (Direction.TO, Direction.LABEL)


def _in_town(place: Place, body: Gathered, topic: Gathered) -> Place:
    """Return a stock that is only named ("kundlagret på Storgatan") with the town that goods are sent to."""
    if not place.stock or place.town or place.direction in (Direction.TO, Direction.LABEL):
        return place
    towns = [p for p in (*body.places, *topic.places) if p.town and p.direction is Direction.TO]
    if not towns or _LIES.search(place.name) or towns[0].words <= place.words:
        return place
    return replace(
        place, name=f"{towns[0].name}, {place.name}", words=place.words | towns[0].words, towns=towns[0].words
    )


def _heads(place: Place, best: Place, text: str) -> bool:
    """Whether lines may stand under this place: one told as a goal, of the same sort as the surest.

    One of another sort must end its line with a colon ("Beställning till boendet Annagården:").
    """
    told = place.direction in (Direction.TO, Direction.LABEL)
    leads = text[place.end : place.end + MAX_LINE].split("\n")[0].rstrip().endswith(":")
    if (place.stock, place.town) == (best.stock, best.town):
        return told or (place.direction is Direction.UNTOLD and (place.heading or leads))
    return told and not place.town and leads


def _under_headings(
    asked: Sequence[Asked], heads: list[Place], best: Place
) -> list[tuple[Place, list[Asked]]]:
    """Part the lines by the heading that each stands under; what stands above them all goes to the best.

    Where the places stand behind what they get ("3 bord till A och 2 till B"), each line goes to the next.
    """
    parts: list[tuple[Place, list[Asked]]] = []
    starts = [head.start for head in heads]
    positions = [a.position for a in asked]
    behind = bool(heads) and min(positions) < starts[0] and max(positions) < starts[-1]
    for a in asked:
        above = bisect_right(starts, a.position)
        head = heads[above] if behind else heads[above - 1] if above else best
        members = next((members for place, members in parts if place.same_as(head)), None)
        if members is None:
            parts.append((head, [a]))
        else:
            members.append(a)
    return parts


def _fullest(place: Place, body: Gathered, topic: Gathered) -> Place:
    """Return the longest way in which the same place is named.

    A subject's first word has a capital whatever it is ("Uppresningshjälp avd 11"), so what a subject adds
    counts only behind the name.
    """
    named = (*body.places, *(p for p in topic.places if _adds_behind(p, place)))
    goals = [p for p in named if p.direction is not Direction.FROM and not p.town]
    same = [p for p in goals if p.stock == place.stock and p.words >= place.words]
    return max([place, *same], key=lambda p: (len(p.words), p is place))


def _adds_behind(longer: Place, place: Place) -> bool:
    """Whether the longer name begins with the words of the other."""
    telling = [word.rstrip("s") for word in re.findall(r"\w+", longer.name.lower())]
    own = [word for word in telling if word in longer.words]
    return frozenset(own[: len(place.words)]) == place.words
