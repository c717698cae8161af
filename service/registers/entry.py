"""An entry of a register, and how names are written to be compared."""

import re
from dataclasses import dataclass
from functools import cached_property

from service.rules.registers import RegisterRules

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a register says of one article, place, customer or prescriber.

    `number` is empty where it has none; `details` are its other columns that hold something, by their names.
    """

    number: str
    name: str
    details: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The name with the product's own, where that says more: "Rollator Carl-Oskar"."""
        product = self.value("product")
        return self.name if product.casefold() in self.name.casefold() else f"{self.name} {product}"

    def value(self, column: str) -> str:
        """Return what stands in the column; nothing where it is empty."""
        return {"number": self.number, "name": self.name, **dict(self.details)}.get(column, "")


class Words:
    """Writes names so that spellings of one name become the same text."""

    def __init__(self, rules: RegisterRules) -> None:
        self._rules = rules

    @cached_property
    def _small(self) -> frozenset[str]:
        return frozenset(self._rules.small)

    @cached_property
    def _generic(self) -> frozenset[str]:
        return frozenset(self._rules.generic)

    def fold(self, name: str) -> str:
        """Return the name's words in lower case, one spelling of each, without signs and small words."""
        words = (self._rules.same.get(word, word) for word in _WORD.findall(name.casefold()))
        return " ".join(word for word in words if word not in self._small)

    def key(self, name: str) -> str:
        """Return the folded name with its words in one order: "Kundlager Kil" is "Kil kundlager"."""
        return " ".join(sorted(self.fold(name).split()))

    def core(self, folded: str) -> str:
        """Return what tells a folded name from others: its words that are not generic."""
        return " ".join(word for word in folded.split() if word not in self._generic)
