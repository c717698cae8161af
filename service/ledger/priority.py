"""The one order in which everything is worked: stock first, then what is urgent, then the rest.

Source: the routine, "lagerflytt och lagerpåfyllnad går alltid först".
"""

from enum import IntEnum

from service.values import Kind


class Priority(IntEnum):
    """What comes first has the lowest number."""

    STOCK = 0
    URGENT = 1
    REST = 2


STOCK = (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT)
"""What comes first, and what Sesam refills by itself."""


def priority(kind: str | None, *, urgent: bool) -> Priority:
    """Return when an order or a mail of this kind is worked; `kind` is a value of Kind, None for none."""
    if kind in STOCK:
        return Priority.STOCK
    return Priority.URGENT if urgent else Priority.REST


def turn(kind: str | None, *, urgent: bool) -> tuple[Priority, bool]:
    """Return what to sort by: among stock orders too the urgent ones come first."""
    return priority(kind, urgent=urgent), not urgent
