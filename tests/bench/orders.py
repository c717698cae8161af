"""Measures how well orders are understood: single lines, and whole mails with their labels.

`python -m tests.bench.orders` prints the share of lines and mails that came out right, and of the lines
read at each confidence how many were right; `--misses` names what came out wrong, `--aside` adds the lines
that are set aside.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from service.values import Decision, OrderLine
from tests import test_mails
from tests.order_texts import OF_LINES, differences, faults_of_line, understood

TESTS = Path(__file__).parents[1]
OPEN, ASIDE = ("order_lines.yaml", "order_lines_more.yaml"), "order_lines_aside.yaml"
FLOORS = (0.95, 0.9, 0.8, 0.0)
"""The lowest confidence of each row of the table."""


@dataclass(slots=True)
class Tally:
    """Counts of what was right and of all, by what was measured; `misses` are the names of the rest."""

    right: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, what: str, right: float, of: float = 1) -> None:
        """Count `right` of `of`."""
        self.right[what] += right  # type: ignore[assignment]
        self.seen[what] += of  # type: ignore[assignment]

    def rows(self) -> Iterator[str]:
        """Yield a row of a table for each measure."""
        for what, seen in self.seen.items():
            yield f"| {what} | {self.right[what]:g} of {seen:g} | {self.right[what] / max(seen, 1):.3f} |"


def lines(file: str, tally: Tally) -> None:
    """Read every line of the file, and hold what was read to what was meant."""
    for text, *wanted in yaml.safe_load((TESTS / file).read_text(encoding="utf-8")):
        said = understood("", text)
        read = [line for order in said.orders for line in order.lines]
        doubted = any(doubt.code in OF_LINES for doubt in said.doubts)
        faults = faults_of_line(wanted, said)
        tally.add(f"lines of {file}", not faults)
        tally.misses += [f"{text!r}: {'; '.join(faults)}"] if faults else []
        for line in [] if doubted else read:
            good = any(not differences([one], [line]) for one in wanted if "/" in one)
            floor = next(each for each in FLOORS if line.confidence >= each)
            tally.add(f"lines without a doubt at confidence {floor:g} and above", good)


def mails(cases: Iterable[str], tally: Tally) -> None:
    """Judge every mail, and hold orders to their labels where the mail is one to accept."""
    for case in cases:
        label = test_mails.label_of(case)
        judgement = test_mails.judged(test_mails.MAILS / f"{case}.eml")
        clean, accepted = label["decision"] == "accepted", judgement.decision is Decision.ACCEPTED
        if not clean and case >= "600":
            stopped = judgement.decision in label["acceptable"]
            tally.add("mails to stop that were stopped", stopped)
            tally.misses += [] if stopped else [f"{case}: {judgement.decision}"]
            continue
        if not clean:
            continue
        tally.add("clean orders accepted", accepted)
        codes = sorted({reason.code for reason in judgement.reasons})
        faults = test_mails.faults_in(judgement.orders, label) if accepted else codes
        tally.misses += [f"{case}: {', '.join(faults)}"] if faults else []
        if accepted:
            _details(label, [line for o in judgement.orders for line in o.lines], faults, tally)


def _details(label: test_mails.Label, read: list[OrderLine], faults: list[str], tally: Tally) -> None:
    left = list(read)
    hit = sum(test_mails._take(wanted, left) for wanted in label["lines"])
    tally.add("line recall", hit, len(label["lines"]))
    tally.add("line precision", hit, len(read))
    tally.add("kind", "another kind" not in faults)
    tally.add("destination", "another destination" not in faults)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--aside", action="store_true")
    parser.add_argument("--from", dest="first", default="000", help="the first mail's number")
    parser.add_argument("--to", dest="last", default="999", help="the number after the last mail's")
    chosen = parser.parse_args()
    tally = Tally()
    for file in (*OPEN, *([ASIDE] if chosen.aside else [])):
        lines(file, tally)
    mails([case for case in test_mails.CASES if chosen.first <= case < chosen.last], tally)
    print("\n".join(["| measure | count | share |", "| --- | --- | --- |", *sorted(tally.rows())]))
    print("\n".join(tally.misses if chosen.misses else ()))


if __name__ == "__main__":
    main()
