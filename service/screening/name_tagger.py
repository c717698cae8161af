"""Reads names out of their sentences by a trained model, whether or not a list has them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pycrfsuite

from service.errors import RulesError
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_features import Features
from service.screening.name_tokens import Tokens, sentences

_WORD = r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*"
# What a name may look like in a text: words, with a comma, an initial's full stop or a line end between them.
_WRITTEN = re.compile(rf"{_WORD}(?:(?:[ ]{{1,2}}|,[ ]|(?<=\b[^\W\d_])\.[ ]?|[ ]?\n[ >]*){_WORD}){{0,4}}\.?")
_VOWELS = frozenset("aeiouyæøı")


class Label(StrEnum):
    """What the model says of a word: begins or goes on with a person's name, a place, an article, or neither."""

    FIRST = "B"
    NEXT = "I"
    PLACE = "F"
    ARTICLE = "A"
    OTHER = "O"


@dataclass(frozen=True, slots=True)
class Reading:
    """What text[start:end], a run of `words` words, was read as, and how surely: 0 to 1 for its weakest word."""

    start: int
    end: int
    words: int
    label: Label
    sure: float


class NameTagger:
    """The trained model, warm; not for several threads at once."""

    def __init__(self, model: bytes, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._features = Features(lexicon)
        # The tagger reads these very bytes, and does not own them.
        self._model = model
        self._tagger = pycrfsuite.Tagger()
        try:
            self._tagger.open_inmemory(self._model)
        except ValueError as error:
            told = "rules/names/model.crfsuite: är ingen namnmodell; gör om den med service.screening.training"
            raise RulesError(told) from error

    def readings(self, text: str) -> Iterator[Reading]:
        """Yield the persons (Label.FIRST), places and articles read, in order of the text.

        Only sentences with a word that may be a name are read.
        """
        for tokens in sentences(text):
            if any(self._may_be_name(token.group()) for token in tokens):
                yield from self._read(tokens)

    def _may_be_name(self, word: str) -> bool:
        return len(word) > 2 and word[0].isalpha() and not self._lexicon.sort(word) & Sort.BLOCKED

    def _read(self, tokens: Tokens) -> Iterator[Reading]:
        self._tagger.set(self._features.of([token.group() for token in tokens]))
        labels = [Label(label) for label in self._tagger.tag()]
        at = 0
        while at < len(labels):
            label, stop = labels[at], at + 1
            if label is not Label.OTHER:
                goes_on = label if label in (Label.PLACE, Label.ARTICLE) else Label.NEXT
                while stop < len(labels) and labels[stop] is goes_on:
                    stop += 1
                if label not in (Label.FIRST, Label.NEXT) or self._is_written_so(tokens[at:stop]):
                    yield self._reading(tokens, at, stop, label)
            at = stop

    def _is_written_so(self, tokens: Tokens) -> bool:
        """Return whether the tokens are written as a name is: a code, a path or two first names are none."""
        text = tokens[0].string[tokens[0].start() : tokens[-1].end()]
        words = [token.group() for token in tokens if token.group()[0].isalpha()]
        if not _WRITTEN.fullmatch(text) or not all(map(_is_sayable, words)):
            return False
        sorts = [self._lexicon.sort(word) for word in words]
        if any(sort & Sort.BLOCKED and not sort.is_name for sort in sorts):
            return False
        return "," not in text or not (sorts[0].is_first and not sorts[0].is_last and sorts[-1].is_first)

    def _reading(self, tokens: Tokens, at: int, stop: int, label: Label) -> Reading:
        person = label in (Label.FIRST, Label.NEXT)
        labels = (Label.FIRST, Label.NEXT) if person else (label,)
        sure = min(sum(self._tagger.marginal(one, i) for one in labels) for i in range(at, stop))
        words = sum(token.group()[0].isalpha() for token in tokens[at:stop])
        return Reading(
            tokens[at].start(), tokens[stop - 1].end(), words, Label.FIRST if person else label, sure
        )


def _is_sayable(word: str) -> bool:
    """Return whether a word of three letters or more has a vowel."""
    return len(word) < 3 or any(sign in _VOWELS for sign in unicodedata.normalize("NFD", word.lower()))
