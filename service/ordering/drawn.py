"""Finds the rows of tables drawn in text: with tabs, bars, semicolons, wide spaces, or one cell a line."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile

from service.ordering.headings import SAMPLE, Column, Headings, Row

_RULER = re.compile(r"[\s+=|_-]+")
MAX_COLUMNS = 60
"""Columns of the widest table that is read."""
MAX_STACKED = 10
"""Columns of the widest table that is read with one cell a line."""
MAX_STACKED_LINES = 4_000
"""Lines of such a table that are read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, and where it stands on its line."""

    text: str
    start: int
    end: int


Cut = Callable[[str], list[Cell]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's header and the rows below it, which end before the line `last`."""

    header: Mapping[Column, int]
    rows: tuple[Row, ...]
    last: int


def drawn(lines: Sequence[str], at: int, headings: Headings) -> Grid | None:
    """Return the table whose headings stand on line `at`, each of its rows on a line of its own."""
    for cut in (_tabs, _bars, _semicolons, _spaces):
        head = cut(lines[at])
        if not 1 < len(head) <= MAX_COLUMNS or not any(headings.column(cell.text) for cell in head):
            continue
        sample = [_placed(row, head) for _, row in islice(_rows_below(lines, at + 1, cut), SAMPLE)]
        header = headings.header([cell.text for cell in head], sample)
        if header and sample:
            rows = list(_rows_below(lines, at + 1, cut))
            last = rows[-1][0] + 1
            while last < len(lines) and lines[last].strip() and _RULER.fullmatch(lines[last]):
                last += 1
            return Grid(header, tuple(_placed(row, head) for _, row in rows), last)
    return None


def stacked(
    lines: Sequence[str], at: int, headings: Headings, is_count: Callable[[str], bool]
) -> Grid | None:
    """Return the table whose cells came out one a line, as Outlook does in plain text, from line `at`.

    It goes on for as long as `is_count` holds for what stands in the column of the counts.
    """
    names = list(takewhile(headings.column, islice((text for _, text in _full(lines, at)), MAX_STACKED)))
    if len(names) < 2 or headings.column(lines[at]) is None:
        return None
    cells = islice(_full(lines, at), len(names), None)
    rows = zip(*[cells] * len(names), strict=False)
    sample = list(islice(rows, 3))
    header = headings.header(names, [_texts(row) for row in sample])
    if header is None:
        return None
    counted = header.get(Column.ORDERED, header.get(Column.QUANTITY, 0))
    good = list(takewhile(lambda row: is_count(row[counted][1]), chain(sample, rows)))
    return Grid(header, tuple(map(_texts, good)), good[-1][-1][0] + 1) if good else None


def _full(lines: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
    """Yield the lines from `at` that hold something, with their numbers."""
    for n, line in enumerate(lines[at : at + MAX_STACKED_LINES], at):
        if line.strip():
            yield n, line.strip()


def _texts(row: Sequence[tuple[int, str]]) -> list[str]:
    return [text for _, text in row]


def _cut(line: str, separator: str) -> list[Cell]:
    cells, at = [], 0
    for match in re.finditer(separator, line):
        cells.append(Cell(line[at : match.start()].strip(), at, match.start()))
        at = match.end()
    return [*cells, Cell(line[at:].strip(), at, len(line))]


def _tabs(line: str) -> list[Cell]:
    return _cut(line, "\t")


def _bars(line: str) -> list[Cell]:
    return _cut(line.strip().strip("|"), r"\|") if "|" in line else []


def _semicolons(line: str) -> list[Cell]:
    return _cut(line, ";") if ";" in line else []


def _spaces(line: str) -> list[Cell]:
    """Cut where two spaces or more stand together."""
    found = [Cell(m[0].strip(), m.start(), m.end()) for m in re.finditer(r"\S+(?:[ \u00a0]\S+)*", line)]
    return found if len(found) > 1 else []


def _rows_below(lines: Sequence[str], at: int, cut: Cut) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows from line `at` with their lines, passing over rulers, up to text that is no row."""
    blank, begun = 0, False
    for n in range(at, len(lines)):
        if not lines[n].strip():
            blank += 1
            if blank > 1 or begun:
                return
        elif not _RULER.fullmatch(lines[n]):
            cells = cut(lines[n])
            if len(cells) < 2:
                return
            begun = True
            yield n, cells


def _placed(row: list[Cell], head: list[Cell]) -> list[str]:
    """Lay the cells under the headings: one by one where as many, else by where they stand on the line."""
    if len(row) == len(head) or not all(cell.text for cell in row):
        return [cell.text for cell in row]
    placed = [""] * len(head)
    for cell in row:
        near = min(range(len(head)), key=lambda at: _gap(cell, head[at]))
        placed[near] = f"{placed[near]} {cell.text}".strip()
    return placed


def _gap(one: Cell, two: Cell) -> float:
    """Return how far apart two cells stand on the line; negative by how much they overlap."""
    apart = max(one.start, two.start) - min(one.end, two.end)
    return apart + abs((one.start + one.end) - (two.start + two.end)) / 1_000
