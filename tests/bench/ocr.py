"""How well slips of paper are read: `python -m tests.bench.ocr [COUNT] [FIRST SEED]`.

Every slip must be read or gated (told as unreadable). A silent miss is one whose personnummer neither stands
in the text nor is told of.
"""

import re
import sys
import time
from collections import Counter
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median

from service.limits import Limits
from service.reading.eye import Sight, look
from service.reading.part import CouldNotRead
from tests.slips import Slip, slip


def outcome(drawn: Slip) -> str:
    """Return "read", "gated", or "missed" for a slip that is neither."""
    try:
        sight = look(drawn.image, Limits())
    except CouldNotRead:
        return "gated"
    return (
        "read" if _holds(sight, drawn.number) else "missed" if sight.clear and not sight.unsure else "gated"
    )


def _holds(sight: Sight, number: str) -> bool:
    joined = (re.sub(r"(?<=\d)[\s.–—-]+(?=\d)", "", text) for text in sight.texts)
    return any(number in text for text in joined)


def main(count: int = 100, first: int = 1) -> None:
    """Read the slips and print what became of them."""
    outcomes, seconds = Counter[str](), []
    for seed in range(first, first + count):
        drawn = slip(seed)
        began = time.monotonic()
        result = outcome(drawn)
        seconds.append(time.monotonic() - began)
        outcomes[result] += 1
        if result != "read":
            print(f"{seed}: {result} ({', '.join(drawn.done)})")
    told = ", ".join(f"{outcomes[result]} {result}" for result in ("read", "gated", "missed"))
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    spent = sum(usage.ru_utime + usage.ru_stime for usage in used) / count
    print(f"{count} slips from seed {first}: {told}")
    print(
        f"median {median(seconds):.1f} s, longest {max(seconds):.1f} s, {spent:.1f} s of one processor a page"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
