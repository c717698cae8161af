"""What screening costs: `python -m tests.bench.cost` prints processor milliseconds by text and length.

The milliseconds are this machine's; the ratios beside them hold on any: how much dearer a character is in
1 MB than in 10 kB ("growth", 1.00 is linear), and how many times it costs what Presidio's own recognizers do
on the same 100 kB, and a plain search for a personnummer with its check digit.
"""

import email
import random
import re
import time
from collections.abc import Callable
from email.policy import default
from functools import cache, partial
from pathlib import Path

from service.screening.bounds import MOST_CHARACTERS, bounded
from service.values import Document, Envelope, Piece, Zone
from tests.bench import names, rivals
from tests.screened import ADDRESS, SENDER, SENT, the_screen

MAILS = Path(__file__).parent.parent / "mails"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
# What may be taken, in seconds by characters; of 1 MB unless it is flagged.
ALLOWED = {1_000: 0.005, 100_000: 0.25, 1_000_000: 5.0}
SEED = 1


@cache
def mails() -> str:
    """Return the plain bodies of the test mails."""
    read = (
        email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(MAILS.glob("*.eml"))
    )
    bodies = (mail.get_body(("plain",)) for mail in read)
    return "\n\n".join(body.get_content() for body in bodies if body is not None)


@cache
def prose() -> str:
    """Return clean mails of the names bench as one text without line breaks."""
    return " ".join(re.sub(r"\s+", " ", sample.text) for sample in names.clean(random.Random(SEED), 3_000))


@cache
def table() -> str:
    """Return the text of a long attachment: order rows of six cells."""
    chance, drawn = random.Random(SEED), names.DRAWN
    return "\n".join(
        f"{chance.randint(10_000, 69_999)}\t{chance.choice(drawn['products'])}\t{chance.randint(1, 20)}\tst\t"
        f"{chance.choice(drawn['facilities'])}\t2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        for _ in range(4_000)
    )


def long(text: str, size: int) -> str:
    """Return so much of the text, repeated where it is shorter."""
    return (text * (size // len(text) + 1))[:size]


REAL: dict[str, Callable[[], str]] = {"test mails": mails, "prose": prose, "attached table": table}
HOSTILE: dict[str, str] = {
    "one run of digits": "1" * 1_000_000,
    "digits and blanks": "12 " * 333_333,
    "100,000 names": "Anna Svensson, " * 100_000,
    "personnummer": "420312-2389 " * 83_333,
    "dates in cells": "1942-03-12\t" * 90_909,
    "a word of many rules": "hon är " * 142_857,
    "the dearest word of them": "hon " * 250_000,
    "numbers in words": "en " * 333_333,
}


def document_of(text: str) -> Document:
    return Document(Envelope(SENDER, ADDRESS, sent_at=SENT), (Piece(text, "mailets text", Zone.BODY),))


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the processor seconds of the fastest of some runs."""
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def screened(text: str) -> float:
    """Return the seconds that screening takes, within its bound."""
    document = bounded(document_of(text))
    return seconds(lambda: the_screen().findings(document), 3 if len(text) < SIZES[-1] else 1)


def short(text: str) -> float:
    """Return the mean seconds of twenty different texts of 1 kB."""
    parts = [text[start : start + SIZES[0]] for start in range(0, 20 * SIZES[0], SIZES[0])]
    return sum(map(screened, parts)) / len(parts)


def stopped(text: str) -> str:
    """Return "flagged" where the text is cut or something is found in it, else "clean"."""
    document = bounded(document_of(text))
    return "flagged" if document.unread or the_screen().findings(document) else "clean"


def cell(took: float, size: int) -> str:
    """Return the milliseconds; in bold what takes longer than is allowed."""
    told = f"{took * 1000:,.1f} ms"
    return f"**{told}**" if took > ALLOWED.get(size, took) else told


def show() -> None:
    """Print both tables."""
    print("\n## Cost\n\nAllowed: 5 ms of 1 kB, 250 ms of 100 kB, 5 s of a hostile MB unless it is flagged.")
    print(f"Of a mail {MOST_CHARACTERS:,} characters are screened; more makes it flagged.\n")
    print("| text | 1 kB | 10 kB | 100 kB | 1 MB | growth | : Presidio | : pattern |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    # Its recognizer of addresses would ask the network for all domains, so it is given none.
    presidio = names.presidio()
    for name, make in REAL.items():
        text = long(make(), SIZES[-1])
        took = [short(text), *(screened(text[:size]) for size in SIZES[1:])]
        part = text[: SIZES[2]]
        theirs = took[2] / seconds(partial(presidio, part.replace("@", " ")), 1)
        plain = took[2] / seconds(partial(rivals.purview, part))
        cells = " | ".join(cell(one, size) for one, size in zip(took, SIZES, strict=True))
        print(f"| {name} | {cells} | {took[3] / took[1] / 100:.2f} | {theirs:,.1f} | {plain:,.0f} |")
    print("\n| hostile text | characters | takes | ends |\n| --- | --- | --- | --- |")
    for name, text in HOSTILE.items():
        print(f"| {name} | {len(text):,} | {cell(screened(text), SIZES[-1])} | {stopped(text)} |")


if __name__ == "__main__":
    show()
