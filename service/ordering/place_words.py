"""Tells the words that make a place's name from those around it."""

from functools import lru_cache

from rapidfuzz import fuzz

from service.ordering.place import SURE
from service.rules.ordering import OrderingRules

_SLIP_LENGTHS = range(9, 31)
"""Letters of a word that may be a stock's with one slip: a short one is too near to other words."""

MIN_STEM = 3
"""Letters before the ending that makes a word a house's name."""


class PlaceWords:
    """Reads single words by the endings and words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._rules = rules.places
        self._facilities = frozenset((*rules.places.facility_words, *rules.places.facility_names))
        self._houses = frozenset(rules.places.house_names)
        self._facility_words = frozenset(rules.places.facility_words)
        self._estates, self._people = frozenset(rules.places.estates), rules.people
        self._asks = frozenset(rules.words.ask)
        self._measures = frozenset(rules.units.spellings)
        self._towns = frozenset(rules.places.municipalities)
        self._no_houses = self._people | self._towns
        self._directions = frozenset((*rules.places.from_words, *rules.places.to_words))
        words = rules.words
        self._never = frozenset(
            (*words.ask, *words.filler, *words.stop, *rules.units.numbers, *rules.places.never_in_names)
        )
        self._kinds = tuple(p.regex for p in rules.kinds.phrases if p.kind.allowed_by_mail)

    def head(self, word: str) -> bool | None:
        """Return True for a stock's word, False for a facility's, None for neither."""
        low = word.lower()
        if len(low) < 2 or low.startswith(self._rules.never_places):
            return None
        if low in self._facilities or (low in self._houses and word[:1].isupper()):
            return False
        plain = low.removesuffix("s")
        if low.endswith(self._rules.stock_endings) or plain.endswith(self._rules.stock_endings):
            return True
        if _misspelt(low, self._rules.stock_endings):
            return None if low.endswith(("ansvarig", "ansvarige")) else True
        longer = (low, plain) if not low.startswith("hjälpmedel") else ()
        return False if any(self._is_compound(w) for w in longer) else None

    def _is_compound(self, word: str) -> bool:
        return any(word.endswith(e) and len(word) > len(e) + 1 for e in self._rules.facility_endings)

    def is_facility_word(self, word: str) -> bool:
        """Whether the word is a sort of facility ("avdelning"), after which a name in lower case may come."""
        return word.lower() in self._facility_words

    def is_house(self, word: str, *, by_town: bool) -> bool:
        """Whether a word with a capital is built as a house's name ("Tallhöjden"), and is nobody's.

        Beside a town a shorter ending tells it, too ("Ekebo i Kil").
        """
        low = word.lower()
        others = self._no_houses
        if not word[:1].isupper() or low in others or low.removesuffix("s") in others:
            return False
        endings = self._rules.house_endings + (self._rules.homestead_endings if by_town else ())
        return any(_is_built(form, endings) for form in (low, low.removesuffix("s")))

    def may_be_house(self, word: str) -> bool:
        """Whether a word with a capital may be a house's name, once it is said to be one."""
        low = word.lower()
        return (
            word[:1].isupper()
            and word.isalpha()
            and low not in self._no_houses
            and not self.never_in_name(word)
        )

    def moves_stock(self, line: str) -> bool:
        """Whether the line speaks of goods that one stock gives another."""
        return any(kind.search(line) for kind in self._kinds)

    def is_estate(self, word: str, before: str) -> bool:
        """Whether the word is a house by its owner or its quarter ("Berghs gård", "Södra magasinet")."""
        low = before.lower()
        if not before[:1].isupper():
            return False
        if word.lower() in self._estates and low.endswith("s"):
            return True
        named = low in self._rules.quarters or (low.endswith("ska") and len(low) > len("ska") + MIN_STEM)
        return named and word in self._rules.house_endings

    def describes_house(self, word: str) -> bool:
        """Whether the word stands between a name and the sort of its house ("Ekdungens särskilda boende")."""
        return word in self._rules.house_adjectives

    def asks(self, word: str) -> bool:
        """Whether the word asks for something ("behöver")."""
        return word.lower() in self._asks

    def is_person(self, name: str) -> bool:
        """Whether the name is made of first names and surnames alone."""
        words = name.lower().split()
        return bool(words) and all(word in self._people for word in words)

    def is_measure(self, word: str) -> bool:
        """Whether the word is a measure, so that a number before it counts ("st")."""
        return word.lower() in self._measures

    def town(self, word: str) -> bool:
        """Whether the word is a municipality or one of its towns, with or without a genitive s."""
        low = word.lower()
        return low in self._towns or low.rstrip("s") in self._towns

    def is_town(self, word: str) -> bool:
        """Whether the word is the name of a town, as a name is written."""
        return self.town(word) and word[:1].isupper()

    def leads_to(self, word: str) -> bool:
        """Whether a town after the word stands for its stock: after "till", "från" or the kind of order."""
        return word.lower() in self._directions or any(kind.match(word) for kind in self._kinds)

    def joins(self, word: str, *, before: bool) -> bool:
        """Whether a neighbour belongs to the name: a proper name, a town, a number, a genitive before."""
        low = word.lower()
        if low == "kommuns" and before:
            return True
        if self.never_in_name(word) or any(kind.match(low) for kind in self._kinds):
            return False
        if self.town(word):
            return True
        if word.isdigit():
            return len(word) < 5
        return word[:1].isupper() or (before and low.endswith("s") and len(low) > 4 and low.isalpha())

    def takes_number(self, word: str) -> bool:
        """Whether a number after the word can be part of a name: after "förråd", or a word of direction."""
        return word.lower() in self._directions or word.lower() in ("förråd", "lager")

    def never_in_name(self, word: str) -> bool:
        """Whether the word is one of the small words that stand in no name."""
        return word.lower() in self._never or word.lower() in self._directions

    def may_name(self, word: str) -> bool:
        """Whether a word in lower case may be the name of a facility ("avdelning björken")."""
        low = word.lower()
        return (
            word.isalpha()
            and len(word) > 3
            and not self.never_in_name(word)
            and not low.endswith(("ar", "er"))
        )


def _is_built(word: str, endings: tuple[str, ...]) -> bool:
    """Whether the word is one of the endings with enough before it to be a name of its own."""
    return any(word.endswith(e) and len(word) >= len(e) + MIN_STEM for e in endings)


@lru_cache(maxsize=10_000)
def _misspelt(word: str, endings: tuple[str, ...]) -> bool:
    """Whether the end of a long word is a stock's word but for one slip ("buffertföråd")."""
    if len(word) not in _SLIP_LENGTHS:
        return False
    return any(len(e) > 5 and fuzz.ratio(word[-len(e) + 1 :], e) >= SURE for e in endings)
