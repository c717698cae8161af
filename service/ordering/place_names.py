"""Finds how far the name of a place goes on its line: from the word that makes it one, left and right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.ordering.place_words import PlaceWords

_WORD = re.compile(r"[^\W_][\w&'’-]*(?:\.(?=\w))?[\w'’-]*|->|→|=>|[^\w\s]")
_LINKS = ("i", "på", "vid")
_AT_PLACES = (*_LINKS, "till", "från", "hos", "åt")
_STARTS, _ENDS = frozenset(".!?:;-–*•"), frozenset(",:.;(")
_GAP = 2
"""Spaces that may stand inside a name; more are the next column of a form."""
MAX_BEFORE, MAX_AFTER = 4, 5
"""Words of a name before and after the word that makes it a place."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or sign of a line."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Extent:
    """A place's name: the words `first` to `last` (inclusive) of its line."""

    first: int
    last: int
    stock: bool
    town: bool = False


def split(line: str) -> tuple[Word, ...]:
    """Return the words and signs of the line."""
    return tuple(Word(m[0], m.start(), m.end()) for m in _WORD.finditer(line))


class Names:
    """Reads the names of one line's places."""

    def __init__(self, known: PlaceWords, line: str, words: tuple[Word, ...]) -> None:
        self._known, self._line, self._words = known, line, words

    def extents(self, not_places: frozenset[str]) -> list[Extent]:
        """Return the names in order, without overlap; one of `not_places` alone is none."""
        found: list[Extent] = []
        for at, word in enumerate(self._words):
            head = self._head(at) if not found or at > found[-1].last else None
            if head is None:
                continue
            first, last = self._first(at), self._last(at)
            if first == last and word.low in not_places:
                found.extend(self._lies_in(at) if head else ())
                continue
            first = self._house_before(first)
            first = max(first, found[-1].last + 1) if found else first
            stock = head or any(self._known.head(w.text) for w in self._words[first : last + 1])
            found.append(Extent(first, last, stock))
        return self._merged(found)

    def towns(self, named: list[Extent]) -> list[Extent]:
        """Return the towns that stand for their stock: "påfyllning Grums", "till Grums", or alone."""
        taken = {at for extent in named for at in range(extent.first, extent.last + 1)}
        spoken = [word for word in self._words if word.text[0].isalnum()]
        return [
            Extent(at, at, stock=True, town=True)
            for at, word in enumerate(self._words)
            if at not in taken
            and self._known.is_town(word.text)
            and (
                len(spoken) == 1
                or (at and self._known.leads_to(self._words[at - 1].text))
                or self._led_on(at)
            )
        ]

    def _led_on(self, at: int) -> bool:
        """Whether an arrow stands after the word: goods go from there."""
        return at + 1 < len(self._words) and self._words[at + 1].text in ("->", "→", "=>", ">")

    def _head(self, at: int) -> bool | None:
        """Return True where the word `at` makes a stock's name, False for a facility's, None for neither."""
        head = self._known.head(self._words[at].text)
        return False if head is None and (self._is_house(at) or self._is_estate(at)) else head

    def _is_estate(self, at: int) -> bool:
        return at > 0 and self._known.is_estate(self._words[at].text, self._words[at - 1].text)

    def _is_house(self, at: int) -> bool:
        """Whether the word `at` is a house by its form, and stands where a place can.

        Any word has a capital where a sentence begins: there a town, a comma or a word of asking must follow.
        """
        after = self._words[at + 1] if at + 1 < len(self._words) else None
        if not self._known.is_house(self._words[at].text, by_town=self._has_town(at)):
            return False
        begins = at == 0 or self._words[at - 1].text in _STARTS
        return (
            not begins
            or self._has_town(at)
            or after is None
            or after.text in _ENDS
            or self._known.asks(after.text)
        )

    def _lies_in(self, at: int) -> Iterator[Extent]:
        """Yield the town, and its branch there, whose stock the word `at` is ("eget lager, Säffle rehab")."""
        words, town = self._words, at + 2
        if town < len(words) and words[at + 1].text in ",(" and self._known.is_town(words[town].text):
            last = self._last(town)
            branch = last + 2 < len(words) and words[last + 2].text in _ENDS
            yield Extent(town, last + (branch and self._known.may_name(words[last + 1].text)), stock=True)

    def _has_town(self, at: int) -> bool:
        """Whether a town follows that the word `at` lies in ("Ekebo i Kil", "Ekebo, Kil")."""
        words = self._words
        return (
            at + 2 < len(words)
            and words[at + 1].low in (*_LINKS, ",")
            and self._known.is_town(words[at + 2].text)
        )

    def _first(self, at: int) -> int:
        """Return where the name that holds the word `at` begins."""
        first = at
        while first and at - first < MAX_BEFORE and self._belongs_before(first):
            first -= 1
        return first

    def _house_before(self, first: int) -> int:
        """Return where the house begins that a ward lies in ("på Sjöliden, avd 2"), else `first`."""
        words = self._words
        ward = self._known.is_facility_word(words[first].text) and first > 2 and words[first - 1].text == ","
        if not ward or not words[first - 2].text[:1].isupper():
            return first
        return first - 2 if words[first - 3].low in _AT_PLACES else first

    def _belongs_before(self, first: int) -> bool:
        word, gap = self._words[first - 1], self._line[self._words[first - 1].end : self._words[first].start]
        if gap.strip(" \u00a0") or len(gap) > _GAP or not self._known.joins(word.text, before=True):
            return False
        # A bare number before a place is a quantity, but for "till förråd 3 Säffle".
        return not word.text.isdigit() or (
            first > 1 and self._known.takes_number(self._words[first - 2].text)
        )

    def _last(self, at: int) -> int:
        """Return where the name that holds the word `at` ends."""
        last = at
        while last + 1 < len(self._words) and last - at < MAX_AFTER:
            word = self._words[last + 1]
            if word.start - self._words[last].end > _GAP or not word.text[0].isalnum():
                break
            if word.low in _LINKS and self._names_place(last + 2):
                last += 2
            elif not self._counts(last + 1) and self._belongs_after(word, at, last):
                last += 1
            else:
                break
        return last

    def _counts(self, at: int) -> bool:
        """Whether the word `at` is a number that counts what follows it ("Hagfors förråd 6 rollatorer")."""
        after = self._words[at + 1] if at + 1 < len(self._words) else None
        if after is None or not self._words[at].text.isdigit() or not after.text[:1].islower():
            return False
        near = after.start - self._words[at].end <= 1
        return near and not (
            after.low in _LINKS
            or self._known.never_in_name(after.text)
            or self._known.head(after.text) is not None
            or self._known.town(after.text)
        )

    def _names_place(self, at: int) -> bool:
        """Whether the word `at` can be where a facility lies ("avdelning 3 på Annagården")."""
        if at >= len(self._words):
            return False
        text = self._words[at].text
        return text[:1].isupper() or self._known.town(text) or self._known.head(text) is not None

    def _belongs_after(self, word: Word, at: int, last: int) -> bool:
        if word.text[:1].isupper() and not self._line.isupper() and self._known.never_in_name(word.text):
            return False
        if (
            last == at
            and self._known.is_facility_word(self._words[at].text)
            and self._known.may_name(word.text)
        ):
            return True
        return self._known.joins(word.text, before=False) or self._known.head(word.text) is not None

    def _merged(self, extents: list[Extent]) -> list[Extent]:
        """Join a facility and the house it lies in, where nothing but a comma or "på" parts them."""
        merged: list[Extent] = []
        for extent in extents:
            if merged and self._one_place(merged[-1], extent):
                merged[-1] = replace(extent, first=merged[-1].first, stock=merged[-1].stock or extent.stock)
            else:
                merged.append(extent)
        return merged

    def _one_place(self, one: Extent, two: Extent) -> bool:
        between = [word.low for word in self._words[one.last + 1 : two.first]]
        return between in ([], [","], *([link] for link in _LINKS)) and not (one.stock and two.stock)
