"""Runs the program Tesseract on a picture: the picture goes in and the words come out through pipes alone."""

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO

from PIL import Image

from service.reading.part import CouldNotRead

PATH = f"{os.defpath}:/usr/local/bin"
_ENVIRONMENT = {"PATH": PATH, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
_WORD = "5"
"""The level of a word in Tesseract's table; those above are pages, blocks, paragraphs and lines."""

_ABSENT = "Bilden kunde inte granskas, för programmet Tesseract är inte installerat med svenska."
_SLOW = "Bilden tog för lång tid att läsa och kunde inte granskas."
SMALLEST = 10
"""Pixels: in a lower or narrower picture no sign can be told, and Tesseract refuses it."""


class SlowError(CouldNotRead):
    """Tesseract was not done in time."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as Tesseract read it: its surety from 0 to 100, its line, and its box in pixels."""

    text: str
    confidence: float
    line: tuple[str, str, str]
    left: int
    top: int
    width: int
    height: int

    @property
    def is_good(self) -> bool:
        """Whether it is a word and not a speck that was taken for one."""
        return self.confidence >= GOOD_CONFIDENCE and sum(c.isalnum() for c in self.text) >= 2


GOOD_CONFIDENCE = 60.0


def words_in(image: Image.Image, seconds: float) -> tuple[Word, ...]:
    """Return the words in a grey picture, whichever of its four sides is up.

    CouldNotRead where Tesseract is missing or breaks, SlowError where it is not done within the seconds.
    """
    if min(image.size) < SMALLEST:
        return ()
    program = shutil.which("tesseract", path=PATH)
    if program is None:
        raise CouldNotRead("picture", _ABSENT)
    packed = BytesIO()
    image.save(packed, "PPM")
    try:
        done = subprocess.run(  # noqa: S603 -- the program of the system, and nothing of the mail
            # 1: find out which side is up, then read the page.
            [program, "stdin", "stdout", "-l", "swe", "--psm", "1", "tsv"],
            input=packed.getvalue(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            timeout=max(seconds, 0.1),
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise SlowError("picture", _SLOW) from None
    except (OSError, subprocess.CalledProcessError):
        raise CouldNotRead("picture", _ABSENT) from None
    return tuple(_words(done.stdout.decode("utf-8", "replace")))


def _words(table: str) -> Iterator[Word]:
    rows = csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        text = (row["text"] or "").strip()
        if row["level"] == _WORD and text:
            line = (row["block_num"], row["par_num"], row["line_num"])
            box = (int(row[side]) for side in ("left", "top", "width", "height"))
            yield Word(text, float(row["conf"]), line, *box)
