"""Finds where a text may name a person: by the lexicon, and by the frames that names stand in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.rules.screening import Roles
from service.screening.lexicon import Lexicon, Sort
from service.screening.patterns import alternation

WORD = re.compile(r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*")
_PARTICLES = frozenset(
    {"al", "el", "von", "van", "de", "del", "der", "den", "bin", "ibn", "abu", "af", "av", "da", "dos"}
)
_BETWEEN = re.compile(r" {1,2}|\. ?")
_INITIAL = re.compile(r"[A-ZÅÄÖ](?:\.? ?-? ?[A-ZÅÄÖ])?\.? $|[A-ZÅÄÖ]-[A-ZÅÄÖ] $")
_REVERSED = re.compile(r",[ ]{1,2}")
_LONGEST = 4
_CAPITAL = r"[A-ZÅÄÖÉÜŽŠČĆĐØÆİŁŚŻÁÍÓÚ][^\W\d_]+(?:['’-][^\W\d_]+)*"


@dataclass(frozen=True, slots=True)
class Span:
    """A possible name at text[start:end]. `full` where it has two words at least.

    `known` where the lexicon vouches for it; a frame alone does not. `framed` where a word for a
    patient or relative stands right in front of it.
    """

    start: int
    end: int
    full: bool
    known: bool
    framed: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    sort: Sort

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


class SpanFinder:
    """Finds spans by one lexicon and one set of role words."""

    def __init__(self, lexicon: Lexicon, roles: Roles) -> None:
        self._lexicon = lexicon
        owners = alternation((*roles.patient, *roles.relative, *roles.courtesy))
        labels = alternation((*roles.patient_labels, *roles.patient))
        self._framed = re.compile(
            rf"(?i:(?<![^\W\d_]){owners}[ :(,]{{1,3}}(?:heter[ ]|är[ ]|vid[ ]namn[ ]|som[ ]heter[ ]|min[ ])?"
            rf"|(?:^|[\n|\t;])[ >]{{0,4}}{labels}[ ]?[:|=\t][ \t|]{{0,20}}\n?[ ]?)"
            rf"(?P<name>{_CAPITAL}(?:,? {_CAPITAL}){{0,3}})"
        )
        needs = alternation(roles.needs)
        self._needs = re.compile(rf"(?i)[ ,]{{1,2}}(?:som[ ]|också[ ]|nu[ ])?{needs}(?![^\W\d_])")

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the spans in order of the text; those from frames come last and may overlap."""
        words = [_Word(m.group(), *m.span(), self._lexicon.sort(m.group())) for m in WORD.finditer(text)]
        index = 0
        while index < len(words):
            stop, span = self._at(text, words, index)
            if span is not None:
                yield span
            index = max(stop, index + 1)
        yield from self._from_frames(text)

    def _at(self, text: str, words: list[_Word], index: int) -> tuple[int, Span | None]:
        word = words[index]
        if not word.sort.is_name:
            return index + 1, self._unlisted_first(text, words, index)
        if word.sort & Sort.BLOCKED and not word.capital:
            return index + 1, None
        turned = self._reversed(text, words, index)
        if turned is not None:
            return turned
        stop = self._run(text, words, index)
        start = self._initials(text, word.start)
        full = stop - index > 1 or start < word.start
        if not full:
            if word.sort.is_first:
                return stop, Span(word.start, word.end, False, True)
            return stop, None
        return stop, Span(start, words[stop - 1].end, True, True)

    def _run(self, text: str, words: list[_Word], index: int) -> int:
        """Return where the run of name words that begins at index ends; index + 1 where it is alone."""
        first = words[index]
        stop = index + 1
        sure = first.sort.is_first
        while stop < len(words) and stop - index < _LONGEST and self._goes_on(text, words, index, stop):
            step = 2 if words[stop].text.lower() in _PARTICLES and not words[stop].sort.is_name else 1
            sure = sure or words[stop + step - 1].sort.is_last or words[stop + step - 1].sort.is_first
            stop += step
        return stop if sure and (first.sort & Sort.FIRST or stop == index + 1) else index + 1

    def _goes_on(self, text: str, words: list[_Word], index: int, at: int) -> bool:
        first, last, word = words[index], words[at - 1], words[at]
        between = text[last.end : word.start]
        if not _BETWEEN.fullmatch(between) and not self._wrapped(between, word):
            return False
        if "." in between and len(last.text) > 1:
            return False
        if word.text.lower() in _PARTICLES and at + 1 < len(words) and not word.sort.is_name:
            follows = words[at + 1]
            return follows.capital and follows.start - word.end <= 1 and not follows.sort & Sort.BLOCKED
        if word.sort & Sort.BLOCKED and not word.sort.is_name:
            return False
        if first.capital and not first.shouted:
            return word.capital and (word.sort.is_name or first.sort.is_first)
        if first.shouted != word.shouted or word.capital != first.capital:
            return False
        if word.sort.is_first or word.sort.is_last:
            return True
        if word.sort & (Sort.LAST | Sort.FIRST):
            return first.sort.is_first and not word.sort & Sort.BLOCKED
        return first.sort.is_first and len(word.text) > 2 and self._acts_like_a_person(text, word)

    def _wrapped(self, between: str, word: _Word) -> bool:
        """Return whether a line break in running text parts a first name from its surname."""
        return (
            between.strip(" >") == "\n"
            and between.count("\n") == 1
            and word.capital
            and word.sort.is_last
            and not word.sort & Sort.FIRST
        )

    def _acts_like_a_person(self, text: str, word: _Word) -> bool:
        """Return whether what follows the word is said of persons only."""
        return self._needs.match(text, word.end) is not None or self._unlisted_tail(text, word)

    def _unlisted_tail(self, text: str, word: _Word) -> bool:
        before = text[max(0, word.start - 60) : word.start]
        return (
            re.search(r"(?i)\b(?:brukare\w*|patient\w*|pat|åt|hos|märk)\b[^.\n]{0,30}$", before) is not None
        )

    def _unlisted_first(self, text: str, words: list[_Word], index: int) -> Span | None:
        """Return the span of a capitalised word that no list has, followed by a sure surname."""
        word = words[index]
        if index + 1 >= len(words) or word.sort & Sort.BLOCKED or not word.capital or word.shouted:
            return None
        follows = words[index + 1]
        if text[word.end : follows.start] != " " or not follows.capital or not follows.sort.is_last:
            return None
        if len(word.text) < 3 or follows.sort & Sort.BLOCKED:
            return None
        return Span(word.start, follows.end, True, True)

    def _initials(self, text: str, start: int) -> int:
        """Return where initials in front of a surname ("K-E Lööf", "A. Berg") begin, else start."""
        match = _INITIAL.search(text, max(0, start - 8), start)
        if match is None or (match.start() and text[match.start() - 1].isalnum()):
            return start
        return match.start()

    def _reversed(self, text: str, words: list[_Word], index: int) -> tuple[int, Span] | None:
        """Return "Lindqvist, Rune" as one span."""
        word = words[index]
        if index + 1 >= len(words) or not word.capital or not (word.sort.is_last or word.sort & Sort.LAST):
            return None
        follows = words[index + 1]
        if not _REVERSED.fullmatch(text, word.end, follows.start) or not follows.capital:
            return None
        if not follows.sort.is_first or (word.sort.is_first and follows.sort & Sort.LAST):
            return None
        return index + 2, Span(word.start, follows.end, True, True)

    def _from_frames(self, text: str) -> Iterator[Span]:
        for match in self._framed.finditer(text):
            parts = list(WORD.finditer(text, *match.span("name")))
            kept = []
            for part in parts:
                sort = self._lexicon.sort(part.group())
                if sort & Sort.BLOCKED and not sort.is_name:
                    break
                kept.append(part)
            if kept:
                known = any(self._lexicon.sort(part.group()).is_name for part in kept)
                yield Span(kept[0].start(), kept[-1].end(), len(kept) > 1, known, framed=True)
