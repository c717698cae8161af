"""Finds where a text may name a person: by the lists, by the frames and by the trained reader, united."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from service.rules.screening import ScreeningRules
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_frame import FrameFinder
from service.screening.name_span import Span, SpanFinder, Strength
from service.screening.name_tagger import Label, NameTagger, Reading

# A name of two words is believed from here on, a lone one only where the reader is all but sure.
_FULL_SURE, _LONE_SURE = 0.5, 0.9
# From here on a place or an article is believed to be one.
_THING_SURE = 0.6
# Far more than any order has.
_MOST_READINGS, _MOST_SPANS = 20_000, 4_000


class NameFinder:
    """Finds spans by the rules' lists, role words and model."""

    def __init__(self, rules: ScreeningRules, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._listed = SpanFinder(lexicon)
        self._framed = FrameFinder(lexicon, rules.roles)
        self._tagger = NameTagger(rules.name_model, lexicon)

    def spans(self, text: str) -> tuple[list[Span], int | None]:
        """Return the spans, and where a text of nothing but names was left unread, None where it was not."""
        readings = list(islice(self._tagger.readings(text), _MOST_READINGS))
        spans = list(islice(self._united(text, readings), _MOST_SPANS))
        if len(readings) < _MOST_READINGS and len(spans) < _MOST_SPANS:
            return spans, None
        return spans, max([*(one.start for one in readings), *(one.start for one in spans)])

    def _united(self, text: str, readings: list[Reading]) -> Iterator[Span]:
        """Yield the spans; one that the reader reads longer is as long as that."""
        persons = [one for one in readings if one.label is Label.FIRST and _is_believed(one)]
        things = [one for one in readings if one.label is not Label.FIRST and one.sure >= _THING_SURE]
        used: set[int] = set()
        for span in chain(self._listed.spans(text), self._framed.spans(text)):
            index = _overlapping(persons, span)
            if index is None:
                yield span if _overlapping(things, span) is None else replace(span, thing=True)
            else:
                used.add(persons[index].start)
                yield _longer(span, persons[index])
        for one in persons:
            if one.start not in used:
                yield Span(one.start, one.end, one.words > 1, self._strength(text[one.start : one.end], one))

    def _strength(self, name: str, reading: Reading) -> Strength:
        """Return how much a name counts that only the reader has; ordinary words look like one."""
        if reading.words == 1:
            return Strength.UNLISTED
        sorts = [self._lexicon.sort(word) for word in name.split()]
        plain = any(sort & Sort.WORD for sort in (sorts if name.islower() else sorts[:1]))
        return Strength.DOUBTFUL if plain else Strength.LIKELY


def _is_believed(reading: Reading) -> bool:
    return reading.sure >= (_FULL_SURE if reading.words > 1 else _LONE_SURE)


def _overlapping(readings: list[Reading], span: Span) -> int | None:
    """Return the index of the reading that shares text with the span, the last of them."""
    index = bisect_right(readings, span.end - 1, key=lambda one: one.start) - 1
    return index if index >= 0 and readings[index].end > span.start else None


def _longer(span: Span, reading: Reading) -> Span:
    return replace(
        span,
        start=min(span.start, reading.start),
        end=max(span.end, reading.end),
        full=span.full or reading.words > 1,
        strength=max(span.strength, Strength.LIKELY),
    )
