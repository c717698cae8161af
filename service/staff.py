"""Who at Hjälpmedelsservice is told what, and whose answers count."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who at Hjälpmedelsservice does what after an outage."""

    PURCHASER = "purchaser"
    OPERATIONS_MANAGER = "operations_manager"
    UNIT_MANAGER = "unit_manager"
    TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True)
class Staff:
    """The addresses of each role, in lower case; one person may have several roles."""

    purchasers: tuple[str, ...] = ()
    operations_managers: tuple[str, ...] = ()
    unit_managers: tuple[str, ...] = ()
    technicians: tuple[str, ...] = ()

    def addresses(self, role: Role) -> tuple[str, ...]:
        """Return who has the role."""
        return {
            Role.PURCHASER: self.purchasers,
            Role.OPERATIONS_MANAGER: self.operations_managers,
            Role.UNIT_MANAGER: self.unit_managers,
            Role.TECHNICIAN: self.technicians,
        }[role]

    def roles(self, address: str) -> frozenset[Role]:
        """Return the roles that the address has; none for a stranger."""
        return frozenset(role for role in Role if address.casefold() in self.addresses(role))

    @property
    def everyone(self) -> frozenset[str]:
        """Every address."""
        return frozenset(address for role in Role for address in self.addresses(role))
