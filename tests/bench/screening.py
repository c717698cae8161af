"""Prints what screening finds of 10,000 invented numbers, what it stops wrongly, and what it costs.

`python -m tests.bench.screening [NUMBERS]`; the same numbers at every run. Beside it stand the two that most
would take instead; "stopped" is rejected or flagged.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from service.values import Certainty, Piece
from tests.bench import cost, rivals
from tests.bench.numbers import OTHERS, PLACES, written
from tests.made import ORDER
from tests.screened import verdict

SEED = 1


@dataclass
class Tally:
    """Of `all` texts, how many were rejected, stopped, and found by each rival."""

    all: int = 0
    rejected: int = 0
    stopped: int = 0
    presidio: int = 0
    purview: int = 0

    def add(self, pieces: list[Piece]) -> None:
        """Screen the pieces, by all."""
        found = verdict(*pieces)
        text = "\n".join(piece.text for piece in pieces)
        self.all += 1
        self.rejected += found == Certainty.CERTAIN
        self.stopped += found != "clean"
        self.presidio += rivals.presidio(text)
        self.purview += rivals.purview(text)

    def row(self, name: str) -> str:
        """Return the shares as a row of Markdown."""
        shares = (self.rejected, self.stopped, self.presidio, self.purview)
        return f"| {name} | {self.all} | " + " | ".join(f"{share / self.all:.1%}" for share in shares) + " |"


Table = dict[str, Tally]


def recall(count: int) -> dict[bool, tuple[Table, Table]]:
    """Return for labelled and not: the tallies by spelling and by place."""
    tables: dict[bool, tuple[Table, Table]] = {
        labelled: (defaultdict(Tally), defaultdict(Tally)) for labelled in (False, True)
    }
    for spelling, place, labelled, text in written(count, random.Random(SEED)):
        pieces = PLACES[place](text)
        for table, key in zip(tables[labelled], (spelling, place), strict=True):
            table[key].add(pieces)
    return tables


def false_stops(count: int) -> Table:
    """Return the tallies of what is plainly something else, `count` in all, in clean orders."""
    chance = random.Random(SEED)
    tables: Table = defaultdict(Tally)
    for sort, make in OTHERS.items():
        for _ in range(count // len(OTHERS)):
            tables[sort].add(PLACES["body"](f"{ORDER}\n{make(chance)}"))
    return tables


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum."""
    whole = Tally()
    for one in tallies:
        for key, value in vars(one).items():
            setattr(whole, key, getattr(whole, key) + value)
    return whole


def show(title: str, table: Table) -> None:
    """Print a table of Markdown with its sum."""
    print(f"\n## {title}\n\n| | texts | rejected | stopped | Presidio SE | Purview's pattern |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in table:
        print(table[name].row(name.replace("|", "\\|")))
    print(total(table.values()).row("all"))


def main(count: int) -> None:
    """Print it all."""
    print(f"# Screening of {count} numbers and 2000 that are none")
    for labelled, (spellings, places) in recall(count).items():
        kind = "With a label" if labelled else "Without a label"
        show(f"{kind}, by spelling", dict(sorted(spellings.items())))
        show(f"{kind}, by place", dict(sorted(places.items())))
    show("Plainly something else: every stop is a false one", false_stops(2_000))
    cost.show()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
