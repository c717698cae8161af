"""What has been read of a letter so far: its text, the items asked for, and the places named."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.ordering.items import Asked
from service.ordering.place import Place


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a letter, or a part of it, says of an order, in reading order.

    `text` is all that was read; the positions of items and places count from its beginning.
    """

    text: str = ""
    asked: tuple[Asked, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether an item with an article number, or one of a list, was read."""
        return any(a.item.article or not a.repeatable for a in self.asked)


def joined(parts: Iterable[Gathered]) -> Gathered:
    """Return what was gathered, one part after the other."""
    texts: list[str] = []
    asked: list[Asked] = []
    places: list[Place] = []
    by = 0
    for part in parts:
        texts.append(part.text)
        asked.extend(replace(a, position=a.position + by) for a in part.asked)
        places.extend(replace(p, start=p.start + by, end=p.end + by) for p in part.places)
        by += len(part.text)
    return Gathered("".join(texts), tuple(asked), tuple(places))
