"""Compares what Sesam 2 has with what the ledger says is owed: the same order, nearly the same, or twice.

Pure: orders in, findings out. An order is the same where Sesam's reference names its number and the goods
agree, or where place, articles and quantities are the same, in the days after, for that row alone.
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger; `day` is when it was asked for, `restocks` whether it fills a stock."""

    number: str
    state: str
    destination: str
    day: date
    goods: Goods
    sesam_number: str | None = None
    restocks: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One row and one order of Sesam, and why they are named together, in Swedish."""

    match: Match
    number: str
    sesam_number: str
    why: str


Same = Mapping[str, Sequence[Registered]]
"""The orders of the same content as each row, by the row's number."""


def reconcile(entries: Sequence[Entry], registered: Sequence[Registered], days: int) -> tuple[Finding, ...]:
    """Return the findings: sure ones of pending rows to tick off, near ones to look at, and what is twice."""
    taken = {entry.sesam_number for entry in entries if entry.sesam_number}
    free = [order for order in registered if order.number not in taken]
    same = {entry.number: [order for order in free if _same(entry, order, days)] for entry in entries}
    pending = [entry for entry in entries if entry.state == OrderState.PENDING]
    claims = Counter(order.number for entry in pending for order in same[entry.number])
    found: list[Finding] = []
    for entry in entries:
        named = [order for order in registered if entry.number in order.references]
        if entry.state == OrderState.PENDING:
            found += _pending(entry, named, same, claims) or _near(entry, free, days)
        else:
            unclaimed = [order for order in same[entry.number] if not claims[order.number]]
            found += _settled(entry, [*named, *unclaimed])
        found += _refilled(entry, registered, days)
    return tuple(found)


def _pending(
    entry: Entry, named: Sequence[Registered], same: Same, claims: Mapping[str, int]
) -> list[Finding]:
    """Tell of the orders that are this row: by its number, else by its content where nothing rivals it."""
    if len(named) > 1:
        why = f"{len(named)} beställningar i Sesam har det numret"
        return [Finding(Match.TWICE, entry.number, order.number, why) for order in named]
    if named and _fits(entry.goods, named[0].goods):
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


def _fits(goods: Goods, registered: Goods) -> bool:
    """Whether the goods agree as far as the ledger names articles."""
    return all(registered.get(article) == quantity for article, quantity in goods.items())
