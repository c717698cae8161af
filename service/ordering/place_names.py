"""Finds how far the name of a place goes on its line: from the word that makes it one, left and right."""

from dataclasses import replace

from service.ordering.place_heads import LINKS, Extent, Heads, Word
from service.ordering.place_words import PlaceWords

_OWN = frozenset(("eget", "egna", "vårt", "mitt"))
_AT_PLACES = (*LINKS, "till", "från", "hos", "åt")
_AT_OURS = ("hos", "oss", "i")
_SUBJECTS = frozenset(("vi", "jag", "ni", "man"))
_GAP = 2
"""Spaces that may stand inside a name; more are the next column of a form."""
MAX_BEFORE, MAX_AFTER = 4, 5
"""Words of a name before and after the word that makes it a place."""


class Names:
    """Reads the names of one line's places."""

    def __init__(self, known: PlaceWords, line: str, words: tuple[Word, ...]) -> None:
        self._known, self._line, self._words = known, line, words
        self._heads = Heads(known, line, words)

    def extents(self, not_places: frozenset[str]) -> list[Extent]:
        """Return the names in order, without overlap; one of `not_places` alone is none."""
        found: list[Extent] = []
        past = -1
        for at in range(len(self._words)):
            head = self._heads.head(at) if at > past else None
            if head is None:
                continue
            first, last = self._first(at), self._last(at)
            if first == last and self._is_sort(at, head, not_places):
                found.extend(self._branch(at) if head else ())
                continue
            first = max(self._house_before(first), past + 1)
            last = last if head else self._town_after(last)
            stock = head or any(self._known.head(w.text) for w in self._words[first : last + 1])
            found.append(Extent(first, last, stock))
            past = max(last, self._heads.explained_to(last))
        return self._merged(found)

    def _is_sort(self, at: int, stock: bool, not_places: frozenset[str]) -> bool:
        """Whether the word `at` is no more than a sort of place, or says whose a thing is ("boendets")."""
        low = self._words[at].low
        owner = not stock and low.endswith("s") and self._known.is_facility_word(low.removesuffix("s"))
        return low in not_places or owner or (stock and self._heads.is_aside_in_town(at))

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
                or self._begins_line(at)
            )
        ]

    def _begins_line(self, at: int) -> bool:
        """Whether the word heads its line ("Grums: 4 kryckkäppar")."""
        alone = not any(word.text[0].isalnum() for word in self._words[:at])
        return alone and at + 1 < len(self._words) and self._words[at + 1].text == ":"

    def _led_on(self, at: int) -> bool:
        """Whether an arrow, or "till" and a town, stands after the word: goods go from there."""
        after = self._words[at + 1 : at + 3]
        if len(after) == 2 and after[0].low == "till" and self._known.moves_stock(self._line):
            return self._known.is_town(after[1].text)
        return bool(after) and after[0].text in ("->", "→", "=>", ">")

    def _branch(self, at: int) -> tuple[Extent, ...]:
        """Return the stock that the word `at` is, with the town it lies in ("eget lager, Kil hemrehab")."""
        town = at + 2
        if not self._heads.is_aside_in_town(at):
            return ()
        last = self._last(town)
        words = self._words[last + 1 : last + 3]
        branch = len(words) == 2 and words[1].ends and self._known.may_name(words[0].text)
        own = at > 0 and self._words[at - 1].low in _OWN
        return (Extent(at - own, last + branch, stock=True),)

    def _first(self, at: int) -> int:
        """Return where the name that holds the word `at` begins."""
        first = at
        while first and at - first < MAX_BEFORE and self._belongs_before(first):
            first -= 1
        return self._compound_before(first)

    def _compound_before(self, first: int) -> int:
        """Return where "Barn- och ungdomshabiliteringens förråd" begins, else `first`."""
        words = self._words
        joined = (
            first > 1 and words[first - 1].low in ("och", "o", "&") and words[first - 2].text.endswith("-")
        )
        return first - 2 if joined else first

    def _house_before(self, first: int) -> int:
        """Return where the house begins that a ward lies in ("på Sjöliden, avd 2"), else `first`."""
        words = self._words
        ward = self._known.is_facility_word(words[first].text) and first > 2 and words[first - 1].text == ","
        if not ward or not words[first - 2].text[:1].isupper():
            return first
        return first - 2 if words[first - 3].low in _AT_PLACES else first

    def _belongs_before(self, first: int) -> bool:
        word, gap = self._words[first - 1], self._line[self._words[first - 1].end : self._words[first].start]
        if self._known.describes_house(word.text):
            return first > 1 and self._words[first - 2].text[:1].isupper()
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
            if last == at and self._at_ours(last + 1):
                last += len(_AT_OURS) + 1
            elif word.low in LINKS and self._names_place(last + 2):
                last += 2
            elif self._counts(last + 1) or self._has_subject(last + 1):
                break
            elif self._belongs_after(word, at, last):
                last += 1
            else:
                break
        return last

    def _has_subject(self, at: int) -> bool:
        """Whether the word `at` is a verb, with who does it behind it ("Till boendet ville vi ha ...")."""
        behind = self._words[at + 1 : at + 2]
        return self._words[at].text[:1].islower() and any(word.low in _SUBJECTS for word in behind)

    def _at_ours(self, at: int) -> bool:
        """Whether "hos oss i" and a town stand from the word `at` on."""
        words = self._words[at : at + len(_AT_OURS) + 1]
        told = tuple(word.low for word in words[:-1]) == _AT_OURS
        return told and self._known.is_town(words[-1].text)

    def _town_after(self, last: int) -> int:
        """Return where the town ends that a comma parts from its house ("Björkgården, Kil"), else `last`."""
        behind = self._words[last + 3] if last + 3 < len(self._words) else None
        parted = last + 2 < len(self._words) and self._words[last + 1].text == ","
        told = parted and self._known.is_town(self._words[last + 2].text) and (behind is None or behind.ends)
        return last + 2 if told else last

    def _counts(self, at: int) -> bool:
        """Whether the word `at` is a number that counts what follows it ("Hagfors förråd 6 rollatorer")."""
        after = self._words[at + 1] if at + 1 < len(self._words) else None
        if after is None or not self._words[at].text.isdigit() or not after.text[:1].islower():
            return False
        near = after.start - self._words[at].end <= 1
        if self._known.is_measure(after.text):
            return True
        return near and not (
            after.low in LINKS
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
        near = between in ([], [","], [",", "enhet"], *([link] for link in LINKS))
        return near and not (one.stock and two.stock)
