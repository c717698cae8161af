"""Reads from the words around a name whether it is a patient's, by a model trained on contexts.

The name itself is never looked at: a ward, an article and a person are told apart by what is said of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from service.screening import swedish
from service.screening.document_text import BREAK
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_tokens import TOKEN
from service.screening.patterns import alternation
from service.screening.trained import opened
from service.screening.word_classes import WordClasses

# In characters: how much of the mail is read on either side.
_REACH = 260
_ENDS = frozenset(".!?\n")
_NEAR = 3
# In sentences: how far off all is far, and how far off a word is still told from others of its class.
_FAREST, _TOLD = 3, 1
_KEPT = 30_000
# Letters and small words that Swedish has and others seldom; so many tell it, in more than so many signs.
_SWEDISH = re.compile(
    r"""(?ix) [åäö] | \b (?: och|att|det|som|inte|av|med|har|hos|ska|mvh|hej|ett|den|jag|vi|ni|kan|fick|nu|sin
    | han|hon|st|för|på|är|eller|efter|utan|vill|igen|åt|ny|nya|slut|behöver|beställ\w*|hem
    # "Till:" heads a field, which reading writes above a mail in any language.
    | till(?!:) | från(?!:) ) \b"""
)
_SIGNS, _LITTLE = 2, 60
# Small words of English; so many in so many characters on either side tell it, if Swedish has no more there.
_ENGLISH_WORDS = "the and is are or of you your this may with if be have please any it by from not we our"
_ENGLISH = re.compile(rf"(?i)\b{alternation(_ENGLISH_WORDS.split())}\b")
_ENGLISH_SIGNS, _CLOSE = 4, 120


class Part(StrEnum):
    """What somebody or something is in the mail, by the words around."""

    PATIENT = "patient"
    OTHER = "other"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely each part is; they sum to 1."""

    patient: float
    other: float
    thing: float

    @property
    def patient_if_person(self) -> float:
        """How likely a patient it is, where a person it is for sure."""
        return self.patient / (self.patient + self.other)


_UNTOLD = Likely(0.0, 1.0, 0.0)


class RoleReader:
    """The trained model of roles, warm; not for several threads at once."""

    def __init__(self, model: bytes, features: "RoleFeatures") -> None:
        self._features = features
        self._model = model
        self._tagger = opened(self._model, "roles.crfsuite", "rollmodell")

    def read(self, text: str, start: int, end: int) -> Likely:
        """Return how likely each part is for what stands at text[start:end]; other languages tell nothing."""
        close = text[max(0, start - _CLOSE) : start] + text[end : end + _CLOSE]
        around = text[max(0, start - _REACH) : start] + text[end : end + _REACH]
        if not _is_swedish(around) or _is_english(close):
            return _UNTOLD
        self._tagger.set([self._features.of(text, start, end)])
        return Likely(*(self._tagger.marginal(part.value, 0) for part in Part))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as the model sees it, and its class; "-" where it has none."""

    seen: str
    sort: str


_BEFORE_ALL, _BEHIND_ALL = _Word("^", "^"), _Word("$", "$")


class RoleFeatures:
    """What the model sees around a name: the nearest words in order, the others by sentence.

    Of each word it sees the class, too, since no text to learn from has all words: what is learnt of a hip
    holds for a knee.
    """

    def __init__(self, lexicon: Lexicon, classes: WordClasses) -> None:
        self._lexicon = lexicon
        self._classes = classes
        self._word = lru_cache(_KEPT)(self._make)

    def of(self, text: str, start: int, end: int) -> list[str]:
        """Return the features of what stands at text[start:end]."""
        before = self._words(text[max(0, start - _REACH) : start].rsplit(BREAK, 1)[-1])[::-1]
        behind = self._words(text[end : end + _REACH].split(BREAK, 1)[0])
        near = [*before[:_NEAR], *[_BEFORE_ALL] * (_NEAR - len(before))]
        then = [*behind[:_NEAR], *[_BEHIND_ALL] * (_NEAR - len(behind))]
        return [
            *_in_order("", [word.seen for word in near], [word.seen for word in then]),
            *_in_order("#", [word.sort for word in near], [word.sort for word in then]),
            f"owns={text[end - 1 : end].lower() == 's'}",
            f"owns={text[end - 1 : end].lower() == 's'}|{then[0].seen}",
            *dict.fromkeys(_by_sentence("l", before)),
            *dict.fromkeys(_by_sentence("r", behind)),
        ]

    def _words(self, text: str) -> list[_Word]:
        return [self._word(token.group()) for token in TOKEN.finditer(text)]

    def _make(self, written: str) -> _Word:
        """Return a word's dictionary form, "~" and its end where none has it, and one mark for any name."""
        if written[0].isdigit():
            return _Word("0", "0")
        if not written[0].isalpha():
            return _Word(written, written)
        low, sort = written.lower(), self._lexicon.sort(written)
        if sort.is_name and not sort & (Sort.DOUBTFUL | Sort.BLOCKED | Sort.ENDING):
            return _Word("Name", "Name")
        lemma = swedish.lemma(low)
        return _Word(lemma or f"~{low[-4:]}", self._classes.of(low, lemma) or "-")


def _is_swedish(around: str) -> bool:
    """Return whether what stands around is Swedish, or too little to tell by."""
    return len(around) < _LITTLE or sum(1 for _ in islice(_SWEDISH.finditer(around), _SIGNS)) == _SIGNS


def _is_english(close: str) -> bool:
    """Return whether the sentences close by are English, as a disclaimer is below a Swedish mail."""
    english = sum(1 for _ in _ENGLISH.finditer(close))
    return english >= _ENGLISH_SIGNS and english > sum(1 for _ in _SWEDISH.finditer(close))


def _in_order(mark: str, near: list[str], then: list[str]) -> Iterator[str]:
    """Yield the nearest words, or their classes, on either side, alone and together."""
    yield from (f"{mark}-{at}={word}" for at, word in enumerate(near, 1))
    yield from (f"{mark}+{at}={word}" for at, word in enumerate(then, 1))
    yield f"{mark}-21={near[1]}|{near[0]}"
    yield f"{mark}+12={then[0]}|{then[1]}"
    yield f"{mark}+123={then[0]}|{then[1]}|{then[2]}"
    yield f"{mark}-+={near[0]}|{then[0]}"


def _by_sentence(side: str, words: list[_Word]) -> Iterator[str]:
    """Yield each word's class with how many sentences or lines, three at most, part it from the name.

    Of the words themselves only those of the same sentence and the next tell more than chance.
    """
    far = 0
    for word in words:
        if word.seen in _ENDS:
            far = min(far + 1, _FAREST)
        elif word.seen[0].isalnum() or word.seen[0] == "~":
            if far <= _TOLD:
                yield f"{side}{far}:{word.seen}"
            yield f"near:{word.seen}" if far == 0 else f"far:{word.seen}"
            yield f"{side}{far}#{word.sort}"
            yield f"near#{word.sort}" if far == 0 else f"far#{word.sort}"
