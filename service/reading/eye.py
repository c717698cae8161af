"""Reads what is written in a picture, twice: as it is, and touched up; both readings are screened.

A picture counts as read only where the words were read surely enough. On 100 drawn slips of random quality no
number was missed without that gate telling (tests/bench/ocr.py).
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from service.reading.page_layout import as_read, laid_out
from service.reading.part import CouldNotRead
from service.reading.tesseract import Word, words_in
from service.reading.touch_up import touched_up
from service.values import Limits

READ_CONFIDENCE = 70.0
READ_WORDS = 5
"""A page was read where its words are as sure as this on average and this many of them are good."""

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

    @property
    def is_blank(self) -> bool:
        """Whether no sign at all was seen."""
        return not any(character.isalnum() for text in self.texts for character in text)


def look(image: Image.Image, limits: Limits) -> Sight:
    """Return what is written in the grey picture; CouldNotRead where that took too long."""
    seconds = min(limits.picture_seconds, limits.pictures_seconds)
    if seconds <= 0:
        raise CouldNotRead("picture", "Mailet håller för många bilder för att alla ska hinna läsas.")
    deadline = time.monotonic() + seconds
    readings = [_patient(image, seconds / 2)]
    readings.append(words_in(touched_up(image), deadline - time.monotonic()))
    best = max(readings, key=_surety)
    texts = tuple(dict.fromkeys((*map(as_read, readings), *map(laid_out, readings))))
    unsure = any(map(_has_unsure_number, readings)) or any(map(_resembles, texts))
    return Sight(tuple(filter(str.strip, texts)), laid_out(best), _is_read(best), unsure)


def _patient(image: Image.Image, seconds: float) -> tuple[Word, ...]:
    """Return the first reading; none where noise holds it up: the touched up picture has none."""
    try:
        return words_in(image, seconds)
    except CouldNotRead:
        return ()


def _surety(words: Sequence[Word]) -> float:
    return sum(word.confidence - _UNSURE for word in words if word.is_good)


def _is_read(words: Sequence[Word]) -> bool:
    if sum(word.is_good for word in words) < READ_WORDS:
        return False
    return sum(word.confidence for word in words) / len(words) >= READ_CONFIDENCE


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
