"""Takes an exported register in: what is new, what is changed, and what cannot be used and why.

What the file does not name is kept, so that a part of a register can be imported; `whole` drops it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from service.errors import RegisterError
from service.registers.entry import Entry, Words
from service.registers.exported import Row, exported_rows
from service.rules.registers import RegisterRule, RegisterRules, heading

MOST_HEADING_ROWS = 10
"""Rows from the top among which the headings must stand; titles and dates may stand above them."""

_PERSON = re.compile(r"(?<!\d)(?:\d\d)?\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+ ]?\d{4}(?!\d)")
"""The shape of a personnummer or samordningsnummer: a register that judgement reads holds none."""

_FREE = frozenset(("name", "product", "unit"))
"""The columns with free text, where one could stand."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import makes of a register: `entries` are all it holds afterwards.

    `refused` are (row of the file, why, in Swedish), without what stands in the row. `missing` is how many of
    the register the file does not name.
    """

    entries: tuple[Entry, ...]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    removed: int = 0
    refused: tuple[tuple[int, str], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the register is another one afterwards."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column of the register stands in the file."""

    rule: RegisterRule
    places: dict[str, int]

    def entry(self, cells: Sequence[str]) -> Entry:
        found = {name: cells[at] for name, at in self.places.items() if at < len(cells) and cells[at]}
        number, name = found.pop("number", ""), found.pop("name", "")
        return Entry(number, name, tuple(sorted(found.items())))

    def fault(self, entry: Entry) -> str:
        """Return why the entry cannot be used, or nothing."""
        for name, column in self.rule.columns.items():
            value = entry.value(name)
            if column.needed and not value:
                return f"saknar {column.title}"
            if value and column.pattern and not re.fullmatch(column.pattern, value):
                return f"{column.title} har fel form"
            if name in _FREE and _PERSON.search(value):
                return f"{column.title} liknar ett personnummer"
        return ""


def take_in(
    path: Path, register: str, present: Iterable[Entry], rules: RegisterRules, *, whole: bool = False
) -> Report:
    """Return what the file makes of the register; RegisterError where its columns are not those needed."""
    rule = rules.registers[register]
    columns, rows = _headed(path, rule)
    key = _key(rule, Words(rules))
    named, refused = _usable(columns, rows, key)
    before = {key(entry): entry for entry in present}
    after = ({} if whole else before) | named
    missing = len(before.keys() - named.keys())
    return Report(
        entries=tuple(after.values()),
        added=len(named.keys() - before.keys()),
        changed=sum(before[each] != entry for each, entry in named.items() if each in before),
        unchanged=sum(before[each] == entry for each, entry in named.items() if each in before),
        missing=0 if whole else missing,
        removed=missing if whole else 0,
        refused=tuple(refused),
    )


def _key(rule: RegisterRule, words: Words) -> Callable[[Entry], str]:
    return lambda entry: "|".join(words.fold(entry.value(column)) for column in rule.key)


def _usable(
    columns: _Columns, rows: Iterable[Row], key: Callable[[Entry], str]
) -> tuple[dict[str, Entry], list[tuple[int, str]]]:
    """Return the entries of the rows by their keys, and the rows that give none."""
    named: dict[str, Entry] = {}
    first: dict[str, int] = {}
    refused: list[tuple[int, str]] = []
    for number, cells in rows:
        entry = columns.entry(cells)
        fault = columns.fault(entry)
        if not fault and named.setdefault(key(entry), entry) != entry:
            fault = f"säger något annat än rad {first[key(entry)]} om samma post"
        if fault:
            refused.append((number, fault))
        else:
            first.setdefault(key(entry), number)
    return named, refused


def _headed(path: Path, rule: RegisterRule) -> tuple[_Columns, Iterator[Row]]:
    """Return the columns by the row of headings, and the rows under it."""

    def fits(cells: Sequence[str]) -> int:
        return len(_places(cells, rule))

    rows = exported_rows(path, fits)
    top = list(islice(rows, MOST_HEADING_ROWS))
    at = max(range(len(top)), key=lambda index: fits(top[index][1]), default=None)
    places = _places(top[at][1], rule) if at is not None else {}
    lacking = [column.title for name, column in rule.columns.items() if column.needed and name not in places]
    if at is None or lacking:
        every = ", ".join(column.title for column in rule.columns.values() if column.needed)
        raise RegisterError(
            f"{path}: ingen kolumn för {' och '.join(lacking)}; {rule.title} behöver rubrikerna {every}"
        )
    return _Columns(rule, places), chain(top[at + 1 :], rows)


def _places(cells: Sequence[str], rule: RegisterRule) -> dict[str, int]:
    """Return where each column stands, by the headings; a heading is taken by the first column it fits."""
    headings = [heading(cell) for cell in cells]
    places: dict[str, int] = {}
    for rank in (0, 1):
        for name, column in rule.columns.items():
            for at, text in enumerate(headings):
                exact = text == heading(column.title)
                fits = exact if rank == 0 else text in column.spellings
                if fits and name not in places and at not in places.values():
                    places[name] = at
    return places
