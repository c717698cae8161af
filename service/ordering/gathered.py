"""What has been read of a letter so far: its text, the items asked for, and the places named."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import itemgetter

from service.ordering.items import Asked
from service.ordering.place import Place


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a letter, or a part of it, says of an order, in reading order.

    `text` is all that was read; the positions of items and places count from its beginning. `marks` tell
    where each part of it stands in the mail, by its first position.
    """

    text: str = ""
    asked: tuple[Asked, ...] = ()
    places: tuple[Place, ...] = ()
    marks: tuple[tuple[int, str], ...] = ()

    def where(self, at: int) -> str:
        """Return the place of the mail, and the row of it, that the position `at` stands in."""
        mark = bisect_right(self.marks, at, key=itemgetter(0)) - 1
        if mark < 0:
            return ""
        start, where = self.marks[mark]
        return f"{where}, rad {self.text.count(chr(10), start, at) + 1}"

    @property
    def is_certain(self) -> bool:
        """Whether an item with an article number, or one of a list, was read."""
        return any(a.item.article or not a.repeatable for a in self.asked)


def joined(parts: Iterable[Gathered]) -> Gathered:
    """Return what was gathered, one part after the other."""
    texts: list[str] = []
    asked: list[Asked] = []
    places: list[Place] = []
    marks: list[tuple[int, str]] = []
    by = 0
    for part in parts:
        texts.append(part.text)
        for a in part.asked:
            first, last = a.sentence
            asked.append(replace(a, position=a.position + by, sentence=(first + by, last + by)))
        places.extend(replace(p, start=p.start + by, end=p.end + by) for p in part.places)
        marks.extend((start + by, where) for start, where in part.marks)
        by += len(part.text)
    return Gathered("".join(texts), tuple(asked), tuple(places), tuple(marks))
