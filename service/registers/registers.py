"""The registers that judgement asks, read anew when an import has put others in their place."""

from service.registers.entry import Words
from service.registers.register import Register
from service.registers.shelf import Shelf, Stamp
from service.rules.registers import RegisterRules


class Registers:
    """The registers of one site; one that was never imported is None."""

    def __init__(self, shelf: Shelf | None, rules: RegisterRules) -> None:
        self._shelf, self._words = shelf, Words(rules)
        self._read: dict[str, tuple[Stamp, Register]] = {}
        # The registers that the names were put together from, which is dear to do for each mail.
        self._gazetteer: tuple[tuple[Register, ...], frozenset[str]] = ((), frozenset())

    def get(self, name: str) -> Register | None:
        """Return the register as it stands now; RegisterError where its file is broken."""
        stamp = self._shelf.stamp(name) if self._shelf else None
        if self._shelf is None or stamp is None:
            return None
        known = self._read.get(name)
        if known is None or known[0] != stamp:
            known = self._read[name] = (stamp, Register(self._shelf.read(name), self._words))
        return known[1]

    def gazetteer(self) -> frozenset[str]:
        """Return the whole names of articles, stocks and facilities, in lower case: none is a person's."""
        found = [self.get(name) for name in ("articles", "stocks", "facilities")]
        registers = tuple(register for register in found if register)
        held, names = self._gazetteer
        if len(held) != len(registers) or any(a is not b for a, b in zip(held, registers, strict=True)):
            names = frozenset().union(*(one.gazetteer for one in registers))
            self._gazetteer = registers, names
        return names
