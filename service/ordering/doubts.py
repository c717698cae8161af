"""The doubts that a person must settle before a mail is booked, each with the Swedish sentence they read."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.ordering.items import Asked, Item
from service.ordering.kinds import first_said, forbidden
from service.ordering.tokens import Role
from service.rules.ordering import KindRules
from service.values import Kind, Order, Reason

_SENTENCES = {
    "no_lines": "Ingen orderrad med artikel och antal hittades. Läs mailet och fyll i raderna för hand.",
    "no_quantity": "Det är oklart hur många som önskas ({where}). Fråga avsändaren om antalet.",
    "no_destination": "Det framgår inte säkert vart varorna ska. Fråga avsändaren om förråd eller boende.",
    "kind_not_allowed": "Mailet ser ut att gälla {name}, och det får inte beställas med mail.",
    "individual": "Mailet ser ut att gälla {name} till en person. Sådant tas emot på telefon.",
    "kind_unclear": "Det är oklart vad mailet gäller. Läs det och bestäm vad som ska göras.",
    "two_readings": "Det kan läsas på två sätt ({where}). Kontrollera med avsändaren.",
    "follow_up": "Mailet hänvisar till en tidigare beställning. Kontrollera så att inget bokas två gånger.",
    "leftover_number": (
        "Ett tal på raden hör inte till artikel, antal eller benämning ({where}). Kontrollera raden."
    ),
    "too_large": "Texten är längre än vad som tolkas. En person behöver läsa mailet.",
}
CODES = tuple(_SENTENCES)
"""Every code that a doubt of ordering can have."""

NARROW = 0.5
"""A field no surer than this has another reading that is as sure."""
WHOLE = "mailet"
"""Where a doubt about the mail as a whole stands."""


@dataclass(frozen=True, slots=True)
class Case:
    """What was understood of a mail; `text` is all of it that was read, `cut` tells that some was not.

    `miscounted` tells that a total in the text is not that of the lines.
    """

    text: str
    cut: bool
    asked: tuple[Asked, ...]
    unsettled: tuple[Asked, ...]
    said: frozenset[Kind]
    kind: Kind
    orders: tuple[Order, ...]
    miscounted: bool = False


def doubts(case: Case, rules: KindRules) -> tuple[Reason, ...]:
    """Return every doubt about the case, each once."""
    found = (
        *_of_reading(case),
        *(doubt for a in case.asked for doubt in _of_item(a)),
        *_of_bare_counts(case.asked),
        *(doubt for order in case.orders for doubt in _of_twins(order, case.asked)),
        *_of_kind(case, rules),
        *_of_wording(case, rules),
    )
    return tuple(dict.fromkeys(found))


def _of_reading(case: Case) -> Iterator[Reason]:
    if case.cut:
        yield _doubt("too_large", WHOLE, "tolkning.storlek")
    if case.miscounted:
        yield _doubt("two_readings", WHOLE, "tolkning.summa")
    for a in case.unsettled:
        yield _doubt("two_readings", a.where, "tolkning.dubbelt")
    if not case.asked:
        yield _doubt("no_lines", WHOLE, "tolkning.rader")
    elif any(not _is_sure_of_destination(order) for order in case.orders):
        yield _doubt("no_destination", WHOLE, "tolkning.destination")


def _is_sure_of_destination(order: Order) -> bool:
    """Whether a place is told, and no other as surely."""
    return order.destination is not None and all(
        field.confidence > NARROW for field in order.fields if field.field == "destination"
    )


def _of_item(a: Asked) -> Iterator[Reason]:
    if a.item.quantity is None or a.item.quantity <= 0:
        yield _doubt("no_quantity", a.where, "tolkning.antal")
    if has_number_left(a.item):
        yield _doubt("leftover_number", a.where, "tolkning.rest")
    if a.item.unsure and a.item.quantity is not None:
        yield _doubt("two_readings", a.where, "tolkning.dubbelt")


def has_number_left(item: Item) -> bool:
    """Whether a number of the item stands in no field: it may be an article or a count that was missed.

    One that only says the quantity again is no doubt ("två st (2)").
    """
    left = (t for t in item.leftover if t.role in (Role.NUMBER, Role.QUANTITY))
    counts = (t for t in left if t.text.isdigit() or t.value != 1)  # "en" is mostly no number
    return any(t.value != item.quantity for t in counts) or any(t.role is Role.ARTICLE for t in item.leftover)


def _of_bare_counts(asked: tuple[Asked, ...]) -> Iterator[Reason]:
    """Doubt a bare last number among lines that say their count otherwise: it may be part of the name."""
    if sum(a.item.steady for a in asked) * 2 <= len(asked):
        return
    for a in asked:
        if not a.item.steady and not a.repeatable and a.item.quantity is not None:
            yield _doubt("no_quantity", a.where, "tolkning.antal")


def _of_twins(order: Order, asked: tuple[Asked, ...]) -> Iterator[Reason]:
    """Doubt a row that one place gets twice in the same words: it may have been written twice."""
    rows = {line.where for line in order.lines}
    seen: dict[tuple[object, ...], str] = {}
    for a in asked:
        words = tuple(token.text for token in a.item.leftover if token.role is not Role.SIGN)
        told = (a.item.article, a.item.description, a.item.quantity, *words)
        if a.where in rows and seen.setdefault(told, a.where) != a.where:
            yield _doubt("two_readings", a.where, "tolkning.dubbelt")


def _of_kind(case: Case, rules: KindRules) -> Iterator[Reason]:
    for kind in forbidden(case.said):
        code = "individual" if kind is Kind.PRESCRIPTION else "kind_not_allowed"
        yield _doubt(code, WHOLE, f"sort.{kind.value}", rules.names[kind])
    if case.kind is Kind.OTHER and case.asked:
        yield _doubt("kind_unclear", WHOLE, "tolkning.sort")


def _of_wording(case: Case, rules: KindRules) -> Iterator[Reason]:
    follow_up = first_said(case.text, rules.follow_ups)
    if follow_up is not None:
        yield _doubt("follow_up", WHOLE, follow_up.id)
    uncertain = first_said(case.text, rules.uncertain)
    if uncertain is not None:
        yield _doubt("two_readings" if case.asked else "kind_unclear", WHOLE, uncertain.id)


def _doubt(code: str, where: str, rule: str, name: str = "") -> Reason:
    """Return a doubt; `where` and `name` go into its sentence, the mail's own text never does."""
    return Reason(code, None, where, rule, _SENTENCES[code].format(where=where, name=name))
