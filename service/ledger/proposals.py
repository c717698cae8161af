"""What is proposed to a person about a mail that belongs to an earlier order, in our own words alone.

Rows and counts are told, never a word of the mail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.ledger.likeness import article
from service.ledger.orders import OrderState
from service.ledger.tables import OrderLineRow, OrderRow
from service.values import Ask, Change, Judgement
from service.wording import quantity

DUPLICATE = "duplicate"

SAID = {
    DUPLICATE: "Mailet beställer samma som",
    Ask.CORRECTION: "Mailet ändrar",
    Ask.CANCELLATION: "Mailet avbeställer",
    Ask.REMINDER: "Mailet frågar efter",
    Ask.REPEAT: "Mailet vill ha en gång till det som står i",
    Ask.THANKS: "Mailet tackar för",
    Ask.UNCLEAR: "Mailet hör ihop med",
}
"""What the mail does with the earlier order, by what it asks for."""

_DONE = {
    OrderState.REGISTERED.value: "redan registrerad i Sesam, så ändra även där",
    OrderState.CANCELLED.value: "redan makulerad",
}


@dataclass(frozen=True, slots=True)
class Booked:
    """An order of the ledger and its lines."""

    order: OrderRow
    lines: Sequence[OrderLineRow]


def proposal(ask: str, judgement: Judgement, booked: Sequence[Booked]) -> str:
    """Return what the person who reads the mail may do, as one clause without a full stop."""
    numbers = " och ".join(one.order.number for one in booked)
    if ask == Ask.CORRECTION:
        return _changes(judgement, booked)
    plain = {
        DUPLICATE: f"samma som {numbers}: boka inte igen",
        Ask.CANCELLATION: _cancelling(judgement, booked, numbers),
        Ask.REMINDER: f"svara avsändaren hur det går med {numbers}",
        Ask.REPEAT: f"fråga om det är en ny beställning, och boka den i så fall som {numbers}",
        Ask.THANKS: "inget behöver göras",
    }
    return plain.get(ask, f"läs mailet och {numbers} tillsammans innan något bokas")


def states(booked: Sequence[Booked]) -> str:
    """Say which of the orders are settled already; nothing where all wait."""
    told = (f"{one.order.number} är {_DONE[one.order.state]}" for one in booked if one.order.state in _DONE)
    return "; ".join(told)


def _cancelling(judgement: Judgement, booked: Sequence[Booked], numbers: str) -> str:
    rows = _rows_of(judgement, booked[0].lines) if len(booked) == 1 else []
    if rows and len(rows) < len(booked[0].lines):
        return " och ".join(f"stryk rad {row} i {numbers}" for row in rows)
    return f"makulera {numbers}"


def _rows_of(judgement: Judgement, lines: Sequence[OrderLineRow]) -> list[int]:
    """Return the rows of the order that the mail's own lines name."""
    named = {article(line) for order in judgement.orders for line in order.lines}
    return [line.position for line in lines if article(line) in named]


def _changes(judgement: Judgement, booked: Sequence[Booked]) -> str:
    if len(booked) != 1:
        return "läs mailet, och ändra i den beställning som det gäller"
    told = () if judgement.findings else tuple(dict.fromkeys(_each(judgement, booked[0].lines)))
    return f"{' och '.join(told) or 'läs mailet, och ändra'} i {booked[0].order.number}"


def _each(judgement: Judgement, lines: Sequence[OrderLineRow]) -> Iterator[str]:
    """Yield each change: as said in words, else as the mail's lines differ from the order's."""
    said = judgement.follow_up.changes if judgement.follow_up else ()
    if said:
        yield from (_change(change, lines) for change in said)
        return
    rows = {article(line): line for line in lines}
    for line in (line for order in judgement.orders for line in order.lines):
        row = rows.get(article(line))
        if row is None:
            yield "lägg till en rad"
        elif row.quantity != line.quantity:
            yield f"ändra rad {row.position} till {quantity(line.quantity)} {line.unit}"


def _change(change: Change, lines: Sequence[OrderLineRow]) -> str:
    row = _row(change, lines)
    if row is None and change.article and change.quantity:
        return "lägg till en rad"
    if row is None:
        return "ändra en rad som inte säkert går att peka ut"
    if not change.quantity:
        return f"stryk rad {row.position}"
    return f"ändra rad {row.position} till {quantity(change.quantity)} {change.unit or row.unit}"


def _row(change: Change, lines: Sequence[OrderLineRow]) -> OrderLineRow | None:
    """Return the one line that the change is about."""
    if change.row is not None:
        found = [line for line in lines if line.position == change.row]
    elif change.article:
        found = [line for line in lines if line.article_number == change.article]
    else:
        found = list(lines)
    return found[0] if len(found) == 1 else None
