"""Feeds twisted files to the readers for a while: `python -m tests.bench.fuzz [SECONDS] [SEED]`.

A reader gives what it read or refuses with CouldNotRead; anything else that it raises is printed and counted.
Left out is xls: calamine panics on some twisted ones, which ends the child that judges, and flags the mail.
"""

import random
import sys
import time
import traceback
import warnings
from collections import Counter

from service.limits import Limits
from service.reading.files import read_file
from service.reading.part import File
from tests.marked_files import MAKERS, made

LIMITS = Limits(pictures_seconds=0)
"""Tesseract is a program of its own: what it makes of noise costs time and tells nothing here."""

NAMES = [name for name in MAKERS if name != "a.xls"]


def twisted(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few changed, cut out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(changed)), chance.randint(1, 40)
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at : at + length] = b""
            case 2:
                changed[at:at] = changed[at : at + length]
            case _:
                changed[at : at + length] = chance.randbytes(length)
        changed = changed or bytearray(b"x")
    return bytes(changed)


def main(seconds: int = 600, seed: int = 1) -> None:
    """Twist and read until the time is up; end with 1 where a reader raised what it must not."""
    warnings.simplefilter("ignore")
    chance, tried, faults = random.Random(seed), 0, Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = chance.choice(NAMES)
        tried += 1
        try:
            read_file(File(twisted(made(name), chance), name, "bilaga"), LIMITS)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            OSError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1]
            place = f"{name}: {type(fault).__name__} at {last.filename}:{last.lineno}"
            if not faults[place]:
                print(place)
            faults[place] += 1
    found = f"{sum(faults.values())} faults in {len(faults)} places"
    print(f"{tried} files in {seconds} s from seed {seed}: {found}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
