"""A register ready to be asked: by number, by name, and for the one name that is nearly what was written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from rapidfuzz import fuzz, process

from service.registers.entry import Entry, Words

NEAR, MARGIN = 90.0, 10.0
"""Of 100: how like a name must be, and how much more so than the next (measured on mailed place names)."""

SHORTEST = 4
"""Letters of a name that is compared: shorter ones are all alike."""

_DIGITS = re.compile(r"\d+")


class Register:
    """The entries of one register."""

    def __init__(self, entries: Iterable[Entry], words: Words) -> None:
        self.entries, self._words = tuple(entries), words

    @cached_property
    def _numbers(self) -> dict[str, Entry]:
        return {entry.number: entry for entry in self.entries if entry.number}

    @cached_property
    def _names(self) -> Mapping[str, list[Entry]]:
        """The entries by the keys of each of their names."""
        names: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for name in dict.fromkeys((self._words.key(entry.name), self._words.key(entry.value("product")))):
                if name:
                    names[name].append(entry)
        return names

    @cached_property
    def _cores(self) -> Mapping[str, list[Entry]]:
        """The entries by what tells their names from others."""
        cores: dict[str, list[Entry]] = defaultdict(list)
        for name, entries in self._names.items():
            cores[self._words.core(name)] += entries
        return cores

    @cached_property
    def gazetteer(self) -> frozenset[str]:
        """Every name of the register in lower case, as it stands: the names of things and places."""
        names = (name for entry in self.entries for name in (entry.name, entry.value("product")))
        return frozenset(name.casefold() for name in names if name)

    def numbered(self, number: str) -> Entry | None:
        """Return the entry with this number."""
        return self._numbers.get(number)

    def named(self, text: str) -> tuple[Entry, ...]:
        """Return the entries that the whole text names, spelt as it may be, with or without the number."""
        if found := self._names.get(self._words.key(text)):
            return tuple(found)
        folded = self._words.fold(text)
        first, _, rest = folded.partition(" ")
        both = self._numbers.get(first)
        known = both is not None and (not rest or rest == self._words.fold(both.name))
        return (both,) if known and both else ()

    def beginning(self, text: str) -> Entry | None:
        """Return the one entry whose name the text begins with ("Solgården avd 3")."""
        words = self._words.fold(text).split()
        for end in range(len(words) - 1, 0, -1):
            if found := self._names.get(self._words.key(" ".join(words[:end]))):
                return found[0] if len(found) == 1 else None
        return None

    def near(self, text: str) -> Entry | None:
        """Return the one entry whose name is nearly the text; what digits they hold must be the same."""
        core = self._words.core(self._words.fold(text))
        if len(core) < SHORTEST:
            return None
        found = process.extract(
            core, self._cores.keys(), scorer=fuzz.token_sort_ratio, limit=2, score_cutoff=NEAR - MARGIN
        )
        if not found or found[0][1] < NEAR or (len(found) > 1 and found[0][1] - found[1][1] < MARGIN):
            return None
        entries = self._cores[found[0][0]]
        same_digits = sorted(_DIGITS.findall(core)) == sorted(_DIGITS.findall(found[0][0]))
        return entries[0] if len(entries) == 1 and same_digits else None
