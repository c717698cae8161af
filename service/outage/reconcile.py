"""Compares what Sesam 2 has with what the ledger says is owed: the same order, nearly the same, or twice.

Pure: orders in, findings out. An order is the same where Sesam's reference names its number and the goods
agree, or where place, articles and quantities are the same, in the days after, for that row alone. What was
ticked off by hand is looked at too: a number that was mistyped leaves an order untraced.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from service.ledger.orders import OrderState
from service.outage.exported import Goods, Registered

SAME_PLACE = 90
"""Of 100: what two spellings of one place reach in rapidfuzz once case and order of words are set aside."""


class Match(StrEnum):
    """How a row of the ledger and an order of Sesam belong together."""

    SURE = "sure"
    NEAR = "near"
    TWICE = "registered_twice"
    REFILLED = "refilled_twice"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger; `day` is when it was asked for, `restocks` whether it fills a stock.

    `settled_on` is when it was ticked off or cancelled.
    """

    number: str
    state: str
    destination: str
    day: date
    goods: Goods
    sesam_number: str | None = None
    restocks: bool = False
    settled_on: date | None = None

    @property
    def may_be_any(self) -> bool:
        """Whether an order of its content may be this row: it waits, or was ticked off without a number."""
        return self.state == OrderState.PENDING or (
            self.state == OrderState.REGISTERED and self.sesam_number is None
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One row and one order of Sesam, and why they are named together, in Swedish."""

    match: Match
    number: str
    sesam_number: str
    why: str


Same = Mapping[str, Sequence[Registered]]
"""The orders of the same content as each row, by the row's number."""

Asked = Mapping[str, Goods]
"""What the rows ask for that one order in Sesam stands for, together, by the order's number there."""


def reconcile(entries: Sequence[Entry], registered: Sequence[Registered], days: int) -> tuple[Finding, ...]:
    """Return the findings: sure ones of pending rows to tick off, near ones, what is twice or missing."""
    taken = {entry.sesam_number for entry in entries if entry.sesam_number}
    free = [order for order in registered if order.number not in taken]
    same = {entry.number: [order for order in free if _same(entry, order, days)] for entry in entries}
    claims = Counter(order.number for entry in entries if entry.may_be_any for order in same[entry.number])
    asked = {order.number: _asked(order, entries) for order in registered}
    found: list[Finding] = []
    for entry in entries:
        named = [order for order in registered if entry.number in order.references]
        if entry.state == OrderState.PENDING:
            found += _pending(entry, named, asked, same, claims) or _near(entry, free, days)
        else:
            unclaimed = [order for order in same[entry.number] if not claims[order.number]]
            found += _settled(entry, [*named, *unclaimed]) + _mistyped(entry, registered, asked)
        found += _refilled(entry, registered, days)
    return tuple(found)


def _pending(
    entry: Entry, named: Sequence[Registered], asked: Asked, same: Same, claims: Mapping[str, int]
) -> list[Finding]:
    """Tell of the orders that are this row: by its number, else by its content where nothing rivals it."""
    if len(named) > 1:
        why = f"{len(named)} beställningar i Sesam har det numret"
        return [Finding(Match.TWICE, entry.number, order.number, why) for order in named]
    if named and _fits(entry, named[0], asked):
        return [Finding(Match.SURE, entry.number, named[0].number, "numret står i utdraget")]
    if named:
        why = "numret står i utdraget, men artiklar eller antal skiljer"
        return [Finding(Match.NEAR, entry.number, named[0].number, why)]
    alike = same[entry.number]
    if len(alike) == 1 and claims[alike[0].number] == 1:
        return [Finding(Match.SURE, entry.number, alike[0].number, "samma plats, artiklar och antal")]
    why = "samma plats, artiklar och antal, men fler än en passar"
    return [Finding(Match.NEAR, entry.number, order.number, why) for order in alike]


def _settled(entry: Entry, matched: Sequence[Registered]) -> list[Finding]:
    """Warn of orders in Sesam that are a row which is settled already by another number, or was cancelled."""
    if entry.state == OrderState.CANCELLED:
        matched, why = (
            [order for order in matched if entry.number in order.references],
            "makulerad i liggaren",
        )
    elif entry.sesam_number is None:
        return []
    else:
        why = f"redan registrerad som {entry.sesam_number}"
    others = {order.number for order in matched} - {entry.sesam_number}
    return [Finding(Match.TWICE, entry.number, number, why) for number in sorted(others)]


def _mistyped(entry: Entry, registered: Sequence[Registered], asked: Asked) -> list[Finding]:
    """Tell where the number that was noted by hand is of another order, or of none in the export's days."""
    if not entry.sesam_number or entry.state != OrderState.REGISTERED:
        return []
    own = next((order for order in registered if order.number == entry.sesam_number), None)
    if own is not None:
        common = entry.goods.keys() & own.goods.keys()
        # Other articles at the same place are what was sent instead.
        is_other = not common and bool(own.goods and entry.goods) and not _same_place(entry, own)
        if is_other or any(own.goods[each] != asked[own.number][each] for each in common):
            why = "registrerad med det numret, men där skiljer artiklar eller antal"
            return [Finding(Match.NEAR, entry.number, own.number, why)]
        return []
    days = [order.day for order in registered if order.day]
    if entry.settled_on and days and min(days) <= entry.settled_on <= max(days):
        why = f"avbockad {entry.settled_on} med ett nummer som inte finns i utdraget"
        return [Finding(Match.MISSING, entry.number, entry.sesam_number, why)]
    return []


def _near(entry: Entry, free: Sequence[Registered], days: int) -> list[Finding]:
    """Return what could be the row: all but one of place, goods and days agree."""
    plain = [order for order in free if not (order.references or order.automatic)]
    told = [(order.number, _nearness(entry, order, days)) for order in plain]
    return [Finding(Match.NEAR, entry.number, number, why) for number, why in told if why]


def _nearness(entry: Entry, order: Registered, days: int) -> str:
    place, goods = _same_place(entry, order), bool(entry.goods) and entry.goods == order.goods
    articles, in_time = (
        bool(entry.goods) and entry.goods.keys() == order.goods.keys(),
        _in_time(entry, order, days),
    )
    told = {
        (False, True, True, True): "samma artiklar och antal, men annan plats",
        (True, False, True, True): "samma plats och artiklar, men annat antal",
        (True, True, True, False): "samma plats, artiklar och antal, men annan tid",
    }
    return told.get((place, goods, articles, in_time), "")


def _refilled(entry: Entry, registered: Sequence[Registered], days: int) -> list[Finding]:
    """Warn of an automatic refill of a stock with goods that were sent there by hand."""
    if not entry.restocks or entry.state == OrderState.CANCELLED:
        return []
    found = []
    for order in registered:
        common = sorted(entry.goods.keys() & order.goods.keys())
        if order.automatic and common and _same_place(entry, order) and _in_time(entry, order, days):
            why = f"Sesam fyller själv på {', '.join(common)}, som redan är beställt för hand"
            found.append(Finding(Match.REFILLED, entry.number, order.number, why))
    return found


def _same(entry: Entry, order: Registered, days: int) -> bool:
    if order.references or order.automatic or not entry.goods:
        return False
    return entry.goods == order.goods and _same_place(entry, order) and _in_time(entry, order, days)


def _same_place(entry: Entry, order: Registered) -> bool:
    one, other = entry.destination.casefold(), order.destination.casefold()
    return bool(one and other) and fuzz.token_sort_ratio(one, other) >= SAME_PLACE


def _in_time(entry: Entry, order: Registered, days: int) -> bool:
    return order.day is not None and entry.day <= order.day <= entry.day + timedelta(days=days)


def _asked(order: Registered, entries: Sequence[Entry]) -> Goods:
    """Add up the goods of the rows that the order names or that were ticked off as it."""
    total: dict[str, float] = {}
    for entry in entries:
        is_there = entry.number in order.references or entry.sesam_number == order.number
        for article, quantity in entry.goods.items():
            if is_there and entry.state != OrderState.CANCELLED:
                total[article] = total.get(article, 0) + quantity
    return total


def _fits(entry: Entry, order: Registered, asked: Asked) -> bool:
    """Whether the order holds what all its rows ask for, as far as this row names articles."""
    return all(order.goods.get(article) == asked[order.number][article] for article in entry.goods)
