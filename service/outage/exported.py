"""Reads an export of registered orders from Sesam 2 (csv or workbook), by rules/export.yaml."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.errors import LedgerError
from service.limits import Limits
from service.reading.files import read_file
from service.reading.part import File
from service.rules.export import Column, ExportRules
from service.values import Table

HEADING_ROWS = 30
"""How far down a row of headings is looked for: above it stand titles and dates of printing."""

_NUMBER = re.compile(r"RP-?\s?(ÖVN-)?(20\d\d)-?\s?(\d{6})", re.IGNORECASE)
_DATE = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")

Cells = Mapping[Column, str]
Goods = Mapping[str, float]
"""How many of each article."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One order as Sesam 2 has it; `references` are the order numbers of ours that it names."""

    number: str
    references: frozenset[str]
    destination: str
    day: date | None
    goods: Goods
    automatic: bool


def read_export(path: Path, rules: ExportRules) -> tuple[Registered, ...]:
    """Return the orders of the file; LedgerError says what cannot be read, or which columns it lacks."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise LedgerError(f"{path}: går inte att läsa ({fault.strerror}); kontrollera filens namn") from None
    read = read_file(File(data, path.name, path.name), Limits())
    if read.unread:
        raise LedgerError(f"{path}: {read.unread[0].text} Spara utdraget som csv eller xlsx.")
    tables = [block for block in read.blocks if isinstance(block, Table)]
    rows = [row for table in tables for row in _rows(table, rules)]
    if not rows:
        raise LedgerError(f"{path}: {_lacking(tables, rules)}")
    return _orders(rows, rules)


def _rows(table: Table, rules: ExportRules) -> Iterator[Cells]:
    """Yield each row under the headings as cells by column; nothing where the headings do not suffice."""
    for at, row in enumerate(table.rows[:HEADING_ROWS]):
        columns = [rules.column(heading) for heading in row]
        if _suffices(columns, rules):
            for below in table.rows[at + 1 :]:
                cells = {column: cell.strip() for column, cell in _paired(columns, below)}
                if cells.get("sesam_number"):
                    yield cells
            return


def _paired(columns: Sequence[Column | None], row: Sequence[str]) -> Iterator[tuple[Column, str]]:
    """Pair each known column with its cell; of two columns with the same meaning all that they say counts."""
    said: dict[Column, list[str]] = {}
    for column, cell in zip(columns, row, strict=False):
        if column is not None:
            said.setdefault(column, []).append(cell)
    for column, cells in said.items():
        yield column, " ".join(cells) if column == "reference" else next(filter(None, cells), "")


def _suffices(columns: Sequence[Column | None], rules: ExportRules) -> bool:
    needed = all(column in columns for column in rules.needed)
    return needed and ("reference" in columns or "destination" in columns)


def _lacking(tables: Sequence[Table], rules: ExportRules) -> str:
    """Say which columns the file lacks, and what it has instead."""
    rows = [row for table in tables for row in table.rows[:HEADING_ROWS]]
    best = max(rows, key=lambda row: sum(rules.column(cell) is not None for cell in row), default=())
    found = {rules.column(cell) for cell in best}
    lacking = [rules.columns[column][0] for column in rules.needed if column not in found]
    if not {"reference", "destination"} & found:
        lacking.append(f"{rules.columns['reference'][0]} eller {rules.columns['destination'][0]}")
    if not lacking:
        return "inga rader under rubrikerna; kontrollera urvalet i Sesam"
    has = ", ".join(cell for cell in best if cell) or "inga rubriker"
    return f"kolumner saknas: {', '.join(lacking)}. Filen har: {has}. Rubriker läggs till i rules/export.yaml"


def _orders(rows: Sequence[Cells], rules: ExportRules) -> tuple[Registered, ...]:
    """Join the rows of each order, in the order they stand."""
    by_number: dict[str, list[Cells]] = {}
    for row in rows:
        by_number.setdefault(row["sesam_number"], []).append(row)
    return tuple(_order(number, members, rules) for number, members in by_number.items())


def _order(number: str, rows: Sequence[Cells], rules: ExportRules) -> Registered:
    goods: Counter[str] = Counter()
    for row in rows:
        if row.get("article"):
            goods[row["article"]] += _quantity(row.get("quantity", ""))  # type: ignore[assignment]
    days = [day for row in rows if (day := _day(row.get("date", "")))]
    origins = " ".join(row.get("origin", "") for row in rows).casefold()
    return Registered(
        number=number,
        references=frozenset(_numbers(" ".join(row.get("reference", "") for row in rows))),
        destination=next((row["destination"] for row in rows if row.get("destination")), ""),
        day=min(days, default=None),
        goods=dict(goods),
        automatic=any(word in origins for word in rules.automatic),
    )


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        yield f"RP-{'ÖVN-' if match[1] else ''}{match[2]}-{match[3]}"


def _quantity(text: str) -> float:
    """Read "4", "4,00" and "1 200"; what is no number counts as none."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return 0.0


def _day(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
