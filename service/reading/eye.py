"""Reads what is written in a picture, twice: as it is, and touched up; both readings are screened.

A picture counts as read only where the words were read surely enough. On 100 drawn slips of random quality no
number was missed without that gate telling (tests/bench/ocr.py).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from PIL import Image

from service.limits import Limits
from service.reading.page_layout import as_read, laid_out
from service.reading.part import CouldNotRead
from service.reading.tesseract import SlowError, Word, words_in
from service.reading.touch_up import touched_up, unread_share

READ_CONFIDENCE = 70.0
READ_WORDS = 5
"""A page was read where its words are as sure as this on average and this many of them are good."""

UNREAD_INK = 0.1
"""More ink than this outside the words is writing that was passed over: lines of a hand, half a page."""

_UNSURE = 50.0
_LONG_RUN = 4
# Letters that Tesseract takes digits for.
_AS_DIGITS = str.maketrans("OoQDIilL|!ZzSsBbGgqTA", "000011111122558889174")
_NUMBER = re.compile(r"(?<![\w])(?:19|20)?[\dOoIilL|!SBZ]{6}\s?[-–—~+.,:_]?\s?[\dOoIilL|!SBZ]{3,5}(?!\w)")
_PHONE = re.compile(r"0\d{1,3}\s?[-–—/]|\+|00")


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen: every reading of the text, the clearest as laid out, and how it may fall short.

    `clear` where the gate holds; `unsure` where a long number was read unsurely or almost as a personnummer.
    """

    texts: tuple[str, ...]
    laid: str
    clear: bool
    unsure: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """A picture, as it is or touched up, and the words that were read in it."""

    image: Image.Image
    words: tuple[Word, ...]

    @property
    def surety(self) -> float:
        return sum(word.confidence - _UNSURE for word in self.words if word.is_good)

    @property
    def is_sure(self) -> bool:
        """Whether there are words enough, and sure ones."""
        if sum(word.is_good for word in self.words) < READ_WORDS:
            return False
        return sum(word.confidence for word in self.words) / len(self.words) >= READ_CONFIDENCE

    @property
    def is_whole(self) -> bool:
        """Whether the words are all that is written: little ink lies outside them."""
        return self.is_sure and unread_share(self.image, self.words) <= UNREAD_INK


def look(image: Image.Image, limits: Limits) -> Sight:
    """Return what is written in the grey picture; CouldNotRead where that took too long."""
    seconds = min(limits.picture_seconds, limits.pictures_seconds)
    if seconds <= 0:
        raise CouldNotRead("picture", "Mailet håller för många bilder för att alla ska hinna läsas.")
    readings = list(_readings(image, seconds))
    best = max(readings, key=lambda reading: reading.surety)
    words = [reading.words for reading in readings]
    texts = tuple(dict.fromkeys((*map(as_read, words), *map(laid_out, words))))
    unsure = any(map(_has_unsure_number, words)) or any(map(_resembles, texts))
    return Sight(tuple(filter(str.strip, texts)), laid_out(best.words), best.is_whole, unsure)


def _readings(image: Image.Image, seconds: float) -> Iterator[_Reading]:
    """Yield the picture as it is, touched up, and where that gave little with its other end up."""
    deadline = monotonic() + seconds
    with suppress(SlowError):  # noise holds it up: the touched up picture has none
        yield _Reading(image, words_in(image, seconds / 2))
    touched = touched_up(image)
    better = _Reading(touched, words_in(touched, deadline - monotonic()))
    yield better
    if not better.is_sure:
        turned = touched.transpose(Image.Transpose.ROTATE_180)
        yield _Reading(turned, words_in(turned, deadline - monotonic()))


def _has_unsure_number(words: Sequence[Word]) -> bool:
    """Whether a long number was read so unsurely that its digits may be others."""
    return any(w.confidence < _UNSURE and sum(c.isdigit() for c in w.text) >= _LONG_RUN for w in words)


def _resembles(text: str) -> bool:
    """Whether something has almost the shape of a personnummer: a sign missing, or letters for digits."""
    return any(_is_near(match[0]) for match in _NUMBER.finditer(text) if not _PHONE.match(match[0]))


def _is_near(shape: str) -> bool:
    digits = re.sub(r"\D", "", shape.translate(_AS_DIGITS))
    bare = digits[2:] if len(digits) > 11 else digits
    if sum(character.isdigit() for character in shape) < 6 or not 9 <= len(bare) <= 11:
        return False
    month, day = int(bare[2:4]), int(bare[4:6])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
