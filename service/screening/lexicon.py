"""Which words are names, which are things and places, and which are merely words."""

import re
import unicodedata
from enum import IntFlag

from service.rules.screening import ScreeningRules
from service.screening import swedish
from service.screening.patterns import alternation

_ROMAN = re.compile(r"[ivx]{1,5}")
_KEPT = 200_000
_PLAIN = str.maketrans("åäöé", "aaoe")
_SWEDISH = frozenset("åäö")


class Sort(IntFlag):
    """What a word can be; several may hold at once."""

    NONE = 0
    FIRST = 1
    LAST = 2
    # The word is also an ordinary word ("Björk", "Maj"): a name only beside another name or a cue.
    DOUBTFUL = 4
    # A word that no name goes on over: an ordinary word, a thing, a place, a title.
    BLOCKED = 8
    # A surname by its ending alone.
    ENDING = 16
    # A place by its ending alone; some surnames end so, too.
    PLACE = 32
    # A form of a Swedish word that is in none of the lists: hardly a name, but for one that sounds like it.
    WORD = 64

    @property
    def is_first(self) -> bool:
        """Whether the word is a first name and hardly anything else."""
        return int(self) & (_FIRST | _DOUBTFUL) == _FIRST

    @property
    def is_last(self) -> bool:
        """Whether the word is a surname and hardly anything else."""
        return int(self) & _SURNAMES != 0 and int(self) & _DOUBTFUL == 0

    @property
    def is_name(self) -> bool:
        """Whether the word can be a name at all."""
        return int(self) & _NAMES != 0


# Plain numbers, since these are asked of every word of a text, and an IntFlag's own sums are slow.
_FIRST, _DOUBTFUL = int(Sort.FIRST), int(Sort.DOUBTFUL)
_SURNAMES = int(Sort.LAST | Sort.ENDING)
_NAMES = _FIRST | _SURNAMES


class Lexicon:
    """The names and words of rules/, with a memory of the words asked for."""

    def __init__(self, rules: ScreeningRules) -> None:
        self._first = rules.first_names
        self._last = rules.last_names
        self._ambiguous = rules.ambiguous
        places = rules.gazetteer.places
        self._blocked = rules.ordinary | _single(places) | _single(rules.gazetteer.measures)
        self._blocked |= _single(rules.gazetteer.product_before) | _single(rules.gazetteer.product_sizes)
        self._place_after = _single(rules.gazetteer.place_after)
        self._blocked |= _single(rules.gazetteer.place_before) | self._place_after
        self._blocked |= _single(rules.gazetteer.firms)
        # File names go without rings and dots.
        self._blocked |= {word.translate(_PLAIN) for word in self._blocked if len(word) > 5}
        self._places = frozenset(places)
        self._products = frozenset(rules.gazetteer.products)
        self._product_words = frozenset(word for name in self._products for word in name.split())
        # Three letters before the ending, lest Trygg be a backrest (rygg).
        things = (*rules.gazetteer.product_endings, *rules.gazetteer.code_endings)
        long = [ending for ending in things if len(ending) > 5]
        self._thing = re.compile(rf"(?:.{{3,}})?{alternation(things)}|..?{alternation(long)}")
        self._place = re.compile(rf"(?:.{{3,}})?{alternation(rules.gazetteer.place_endings)}s?")
        roles = rules.roles
        titles = (*roles.staff, *roles.staff_short, *roles.teams, *roles.patient, *roles.relative)
        self._titles = re.compile(
            rf"(?i){alternation(titles)}"
            rf"|\w*{alternation(roles.staff_endings)}"
        )
        self._surnames = rules.gazetteer.surname_endings
        # The dictionary takes half a second to load; the first mail shall not wait for it.
        swedish.is_word("och")
        self._known: dict[str, Sort] = {}

    def sort(self, word: str) -> Sort:
        """Return what the word is, a genitive s aside."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[word] = self._look_up(word.lower())
        return found

    def is_thing(self, name: str) -> bool:
        """Return whether the whole name is a product's, a brand's or a place's."""
        plain = " ".join(name.lower().split())
        stems = (plain, plain.removesuffix("s"))
        return any(stem in self._products or stem in self._places for stem in stems)

    def is_branded(self, name: str) -> bool:
        """Return whether a product's name that is only a first name stands behind a word that no list has."""
        brand, _, product = name.lower().partition(" ")
        sort = self.sort(product)
        return product in self._products and not self.sort(brand).is_name and not sort.is_last

    def is_aid(self, word: str) -> bool:
        """Return whether the word ends as an aid's does: "strumppådragare"."""
        return self._thing.fullmatch(word.lower()) is not None

    def is_place_word(self, word: str) -> bool:
        """Return whether the word makes a place's name of the one before: "Sandellska gården"."""
        low = word.lower()
        return low in self._place_after or self._place.fullmatch(low) is not None

    def is_product_word(self, word: str) -> bool:
        """Return whether the word stands in some product's name."""
        return word.lower().removesuffix("s") in self._product_words or word.lower() in self._product_words

    def _look_up(self, word: str) -> Sort:
        found = self._plain(word)
        if not found and word.endswith("s") and len(word) > 3 and word not in self._blocked:
            found = self._plain(word[:-1])
        if not found and word not in self._blocked:
            found = self._plain(_unmarked(word))
        if not found and "-" in word:
            found = self._hyphened(word)
        if not found & (Sort.FIRST | Sort.LAST) or found & Sort.DOUBTFUL:
            found |= self._other(word, found)
        return found

    def _plain(self, word: str) -> Sort:
        found = Sort.NONE
        if word in self._first:
            found |= Sort.FIRST
        if word in self._last:
            found |= Sort.LAST
        if found and word in self._ambiguous:
            found |= Sort.DOUBTFUL
        return found

    def _hyphened(self, word: str) -> Sort:
        parts = [part for part in word.split("-") if part]
        sorts = [self._plain(part) or self._plain(part.removesuffix("s")) for part in parts]
        if len(parts) > 1 and all(sort & Sort.FIRST for sort in sorts):
            return Sort.FIRST
        if len(parts) > 1 and (parts[0] in ("al", "el", "ben", "bin") or all(sort.is_name for sort in sorts)):
            return Sort.LAST
        if len(parts) > 1 and any(sort.is_last for sort in sorts):
            return Sort.LAST
        return Sort.NONE

    def _other(self, word: str, found: Sort) -> Sort:
        if found:
            return Sort.BLOCKED if word in self._blocked and not found & Sort.FIRST else Sort.NONE
        if word in self._blocked or self._titles.fullmatch(word) or _ROMAN.fullmatch(word):
            return Sort.BLOCKED
        if word.removesuffix("s") in self._places:
            return Sort.BLOCKED
        if self._thing.fullmatch(word):
            return Sort.BLOCKED
        if self._place.fullmatch(word):
            return Sort.BLOCKED | Sort.PLACE
        if len(word) > 6 and word.endswith(self._surnames):
            return Sort.ENDING
        return Sort.WORD if swedish.is_word(word) else Sort.NONE


def _unmarked(word: str) -> str:
    """Return the word without the marks that Swedish has none of: Nguyen stands for Nguyễn."""
    if word.isascii():
        return word
    parted = (sign if sign in _SWEDISH else unicodedata.normalize("NFD", sign) for sign in word)
    return "".join(sign for sign in "".join(parted) if not unicodedata.combining(sign)).replace("đ", "d")


def _single(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in words if " " not in word)
