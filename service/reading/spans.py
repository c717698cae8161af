"""Lays the cells of a table out in columns: a cell may stand over several columns and rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDEST, HIGHEST = 20, 1_000
"""Columns and rows that one cell is believed to stand over."""


@dataclass(frozen=True, slots=True)
class Spanned:
    """The text of a cell, and how many columns and rows it stands over."""

    text: str
    wide: int = 1
    high: int = 1


def laid_out(rows: Iterable[Sequence[Spanned]]) -> Iterable[tuple[str, ...]]:
    """Yield the rows that have a cell of their own; where a cell only reaches to, the text is empty."""
    covered: dict[int, int] = {}
    for row in rows:
        cells: list[str] = []
        reach: dict[int, int] = {}
        for cell in row:
            while covered.get(len(cells), 0):
                cells.append("")
            reach.update(dict.fromkeys(range(len(cells), len(cells) + cell.wide), cell.high))
            cells += [cell.text, *[""] * (cell.wide - 1)]
        covered = {at: left - 1 for at, left in (covered | reach).items() if left > 1}
        if row:
            yield tuple(cells)


def span(said: str | None, most: int) -> int:
    """Return how many a cell says that it stands over, from 1 to `most`."""
    digits = (said or "").strip()[:6]
    return min(max(int(digits), 1), most) if digits.isascii() and digits.isdigit() else 1
