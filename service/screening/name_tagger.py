"""Reads names out of their sentences by a trained model, whether or not a list has them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, islice

import numpy as np

from service.screening.chain import Indices, Numbers
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_features import Features
from service.screening.name_scores import WordScores
from service.screening.name_span import PARTICLES
from service.screening.name_tokens import Tokens, sentences
from service.screening.trained import chain_of, opened

_WORD = r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*"
# What a name may look like in a text: words, with a comma, an initial's full stop or a line end between them.
_WRITTEN = re.compile(rf"{_WORD}(?:(?:[ ]{{1,2}}|,[ ]|(?<=\b[^\W\d_])\.[ ]?|[ ]?\n[ >]*){_WORD}){{0,4}}\.?")
# Signs beside a word that make it part of an address, a path or a code.
_JOINED = frozenset("0123456789_/\\@#*={}<")
# Letters that are words, unless a full stop makes initials of them.
_SHORT_WORDS = frozenset("iåö")
_KEPT = 30_000
# How many sentences are read side by side.
_TOGETHER = 500
_VOWELS = frozenset("aeiouyæøı")


class Label(StrEnum):
    """What the model says of a word: begins or goes on with a person's name, is a place's, an article's."""

    FIRST = "B"
    NEXT = "I"
    PLACE = "F"
    ARTICLE = "A"
    OTHER = "O"


_OTHER = str(Label.OTHER)


@dataclass(frozen=True, slots=True)
class Reading:
    """What text[start:end], of `words` words, was read as, and how surely: 0 to 1 for its weakest word."""

    start: int
    end: int
    words: int
    label: Label
    sure: float


class NameTagger:
    """The trained model, warm; not for several threads at once."""

    def __init__(self, model: bytes, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._candidates: dict[str, bool] = {}
        self._chain = chain_of(model, opened(model, "model.crfsuite", "namnmodell"))
        self._scores = WordScores(Features(lexicon), self._chain)

    def readings(self, text: str) -> Iterator[Reading]:
        """Yield the persons (Label.FIRST), places and articles read, in order of the text.

        Only sentences with a word that may be a name are read.
        """
        worth = (
            tokens for tokens in sentences(text) if any(self._may_be_name(token.group()) for token in tokens)
        )
        while batch := list(islice(worth, _TOGETHER)):
            yield from self._read(batch)

    def labelled(self, sentences: Sequence[Sequence[str]]) -> tuple[list[str], list[float]]:
        """Return the model's label of each word, sentence after sentence, and how sure it is: 0 to 1."""
        best, shares = self._chain.read(self._scores.of(sentences), [len(words) for words in sentences])
        return [self._chain.labels[one] for one in best.tolist()], self._sure(best, shares)

    def _may_be_name(self, word: str) -> bool:
        known = self._candidates.get(word)
        if known is None:
            if len(self._candidates) > _KEPT:
                self._candidates.clear()
            known = len(word) > 2 and word[0].isalpha() and not self._lexicon.sort(word) & Sort.BLOCKED
            self._candidates[word] = known
        return known

    def _read(self, batch: list[Tokens]) -> Iterator[Reading]:
        labels, sure = self.labelled([[token.group() for token in tokens] for tokens in batch])
        first = 0
        for tokens, end in zip(batch, accumulate(map(len, batch)), strict=True):
            yield from self._read_one(tokens, labels[first:end], sure[first:end])
            first = end

    def _sure(self, best: Indices, shares: Numbers) -> list[float]:
        """Return how sure each word's label is; whether a name begins there or goes on is all one."""
        persons = [self._chain.labels.index(label) for label in (Label.FIRST, Label.NEXT)]
        own = np.take_along_axis(shares, best[:, None], axis=1)[:, 0]
        sure: list[float] = np.where(np.isin(best, persons), shares[:, persons].sum(axis=1), own).tolist()
        return sure

    def _read_one(self, tokens: Tokens, labels: list[str], sure: list[float]) -> Iterator[Reading]:
        at = 0
        while at < len(labels):
            label, stop = labels[at], at + 1
            if label != _OTHER:
                goes_on = label if label in (Label.PLACE, Label.ARTICLE) else Label.NEXT
                while stop < len(labels) and labels[stop] == goes_on:
                    stop += 1
                yield from self._reading(tokens, at, stop, Label(label), sure)
            at = stop

    def _reading(
        self, tokens: Tokens, at: int, stop: int, label: Label, sure: list[float]
    ) -> Iterator[Reading]:
        """Yield tokens[at:stop] as read; nothing where they are not written as a person's name is."""
        if label in (Label.FIRST, Label.NEXT):
            at, stop = self._trimmed(tokens, at, stop)
            label = Label.FIRST
            if at == stop or not self._is_written_so(tokens[at:stop]):
                return
        words = sum(token.group()[0].isalpha() for token in tokens[at:stop])
        yield Reading(tokens[at].start(), tokens[stop - 1].end(), words, label, min(sure[at:stop]))

    def _trimmed(self, tokens: Tokens, at: int, stop: int) -> tuple[int, int]:
        """Return the range without the signs and ordinary words at its ends, and without "Rubr." in front."""
        while at < stop and (not self._may_stand(tokens[at].group()) or _is_preposition(tokens, at)):
            at += 1
        while at < stop and not self._may_stand(tokens[stop - 1].group()):
            stop -= 1
        while at < stop and self._is_before_name(tokens, at, stop):
            at += 1
        for index in range(at + 1, stop - 1):
            if tokens[index].group() == "." and len(tokens[index - 1].group()) > 1:
                at = index + 1
        # "Rune Nyberg, Majas stuga": of a turned name only the surname stands before the comma.
        commas = (index for index in range(at + 2, stop) if tokens[index].group() == ",")
        return at, next(commas, stop)

    def _is_before_name(self, tokens: Tokens, at: int, stop: int) -> bool:
        """Return whether a word that no list has stands in small letters before one with a capital."""
        word = tokens[at].group()
        if not word[0].islower() or word in PARTICLES or self._lexicon.sort(word).is_name:
            return False
        return any(token.group()[0].isupper() for token in tokens[at + 1 : stop])

    def _may_stand(self, word: str) -> bool:
        """Return whether a name may hold the word: an initial, a name, or no ordinary word or product's."""
        sort = self._lexicon.sort(word)
        if not word[0].isalpha() or sort.is_name or len(word) == 1:
            return word[0].isalpha()
        if self._lexicon.is_product_word(word):
            return False
        return bool(sort & Sort.PLACE) or not sort & Sort.BLOCKED

    def _is_written_so(self, tokens: Tokens) -> bool:
        """Return whether the tokens are written as a name is: a code, a path or two first names are none."""
        text, start, end = tokens[0].string, tokens[0].start(), tokens[-1].end()
        words = [token.group() for token in tokens if token.group()[0].isalpha()]
        if not _WRITTEN.fullmatch(text, start, end) or not any(map(_is_sayable, words)):
            return False
        if any(len(word) == 1 and word.islower() for word in words[1:]) and "." not in text[start:end]:
            return False
        if _JOINED & {text[start - 1 : start], text[end : end + 1]} or not all(map(self._may_stand, words)):
            return False
        sorts = [self._lexicon.sort(word) for word in words]
        if not self._is_cased_so(words):
            return False
        # "Rondax RX-30"
        if text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit():
            return False
        if "," in text[start:end] and any(sort & Sort.PLACE for sort in sorts if not sort.is_name):
            return False
        # "Monika, Said" are two persons.
        two = sorts[0].is_first and not sorts[0].is_last and sorts[-1].is_first
        return "," not in text[start:end] or not two

    def _is_cased_so(self, words: Sequence[str]) -> bool:
        """Return whether what is in small letters behind a capital is a name, as in "Rune nyberg"."""
        behind = [word for word in words[1:] if word[0].islower() and word not in PARTICLES]
        return words[0][0].islower() or all(self._lexicon.sort(word).is_name for word in behind)


def _is_preposition(tokens: Tokens, at: int) -> bool:
    """Return whether a word of one letter stands there that no full stop makes an initial."""
    stop = at + 1 < len(tokens) and tokens[at + 1].group() == "."
    return tokens[at].group().lower() in _SHORT_WORDS and not stop


def _is_sayable(word: str) -> bool:
    """Return whether a word of two letters or more has a vowel."""
    return len(word) > 1 and any(sign in _VOWELS for sign in unicodedata.normalize("NFD", word.lower()))
