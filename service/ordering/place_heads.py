"""Finds the words of a line that make a place's name, by themselves or by what stands around them."""

import re
from dataclasses import dataclass

from service.ordering.place_words import PlaceWords

_WORD = re.compile(r"\b(?i:kv|avd)\.(?=\s[\dA-ZÅÄÖ])|[^\W_][\w&'’-]*(?:\.(?=\w))?[\w'’-]*|->|→|=>|[^\w\s]")
LINKS = ("i", "på", "vid")
_STARTS, _ENDS, _ARROWS = frozenset(".!?:;-–*•"), frozenset(",:.;("), frozenset(("->", "→", "=>", ">"))
_ONE = frozenset(("ett", "en", "vårt", "vår"))
MAX_ASIDE = 6
"""Words of the longest aside that tells what sort of house stands before it."""
STOCK_DIGITS = 3
"""Digits of a stock that is known by its number."""


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

    @property
    def ends(self) -> bool:
        """Whether it is a sign that ends a name."""
        return self.text in _ENDS


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


class Heads:
    """Tells the words of one line that make a place's name."""

    def __init__(self, known: PlaceWords, line: str, words: tuple[Word, ...]) -> None:
        self._known, self._words = known, words
        self._moves_stock = known.moves_stock(line)
        self._numbers = frozenset(w.text for at, w in enumerate(words) if at and self._numbers_stock(at))

    def head(self, at: int) -> bool | None:
        """Return True where the word `at` makes a stock's name, False for a facility's, None for neither."""
        head = self._known.head(self._words[at].text)
        if head is not None:
            return head
        if self._moves_stock and (self._is_numbered(at) or self._is_said_again(at)):
            return True
        return False if self._is_house(at) or self._is_estate(at) or self.explained_to(at) > at else None

    def explained_to(self, at: int) -> int:
        """Return where the aside ends that tells that the word `at` is a house; `at` where there is none.

        It stands in brackets, or behind a comma ("Lärkan (LSS-boende)", "Lärkan, ett gruppboende").
        """
        words = self._words
        opening = words[at + 1].text if at + 1 < len(words) else ""
        aside = words[at + 2 : at + 2 + MAX_ASIDE]
        if opening == "(":
            length = next((n for n, word in enumerate(aside) if word.text == ")"), 0)
        else:
            length = 2 if opening == "," and aside and aside[0].low in _ONE else 0
        told = any(self._known.head(word.text) is False for word in aside[:length])
        return at + 1 + length if told and self._known.may_be_house(words[at].text) else at

    def is_aside_in_town(self, at: int) -> bool:
        """Whether a comma or bracket after the word `at` leads to a town ("eget lager, Säffle")."""
        words = self._words
        return at + 2 < len(words) and words[at + 1].text in ",(" and self._known.is_town(words[at + 2].text)

    def _has_town(self, at: int) -> bool:
        """Whether a town follows that the word `at` lies in ("Ekebo i Kil", "Ekebo, Kil")."""
        words = self._words
        lies = at + 2 < len(words) and words[at + 1].low in (*LINKS, ",")
        return lies and self._known.is_town(words[at + 2].text)

    def _is_estate(self, at: int) -> bool:
        return at > 0 and self._known.is_estate(self._words[at].text, self._words[at - 1].text)

    def _is_house(self, at: int) -> bool:
        """Whether the word `at` is a house by its form, and stands where a place can.

        Any word has a capital where a sentence begins: there a town, a sign or a word of asking must follow.
        """
        after = self._words[at + 1] if at + 1 < len(self._words) else None
        by_town = self._has_town(at) and not self._may_be_surname(at)
        if not self._known.is_house(self._words[at].text, by_town=by_town):
            return False
        begins = at == 0 or self._words[at - 1].text in _STARTS
        return not begins or after is None or after.ends or self._has_town(at) or self._known.asks(after.text)

    def _may_be_surname(self, at: int) -> bool:
        """Whether a person's name stands before the word `at` ("Sten Brovik, Kils hjälpmedel")."""
        before = self._words[at - 1].text if at else ""
        return before[:1].isupper() and self._known.is_person(before)

    def _numbers_stock(self, at: int) -> bool:
        """Whether the word `at` is the number of the stock whose word stands before it ("lager 455")."""
        number, stock = self._words[at].text, self._words[at - 1].text
        return number.isdigit() and len(number) == STOCK_DIGITS and self._known.head(stock) is True

    def _is_said_again(self, at: int) -> bool:
        """Whether the word `at` is a number that the line gave a stock ("till lager 455, vi är på 455")."""
        word, after = self._words[at], self._words[at + 1 : at + 2]
        led = at > 0 and (self._words[at - 1].low in LINKS or self._known.leads_to(self._words[at - 1].text))
        return led and word.text in self._numbers and not any(self._known.is_measure(w.text) for w in after)

    def _is_numbered(self, at: int) -> bool:
        """Whether the word `at` is one of two stocks by number ("från 200 till 400", "200 -> 400")."""
        return any(
            first >= 0 and first + 2 < len(self._words) and self._is_pair(*self._words[first : first + 3])
            for first in (at - 2, at)
        )

    def _is_pair(self, one: Word, link: Word, two: Word) -> bool:
        numbers = all(word.text.isdigit() and len(word.text) == STOCK_DIGITS for word in (one, two))
        return numbers and (link.text in _ARROWS or link.low == "till")
