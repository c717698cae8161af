"""Notes on orders what the registers say: a sure match by its own name, a near one proposed, else unknown."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service.registers.register import Register
from service.registers.registers import Registers
from service.values import Held, Order, OrderLine, Reason, RegisterNote

PLACES = {"from_stock": "stocks", "to_stock": "stocks", "facility": "facilities"}
"""The fields of an order that name a place, and the register that holds such places."""

_LACKING = {
    "article_number": "En artikel finns inte i artikelregistret ({where}). Kontrollera numret.",
    "customer_number": "Kundnumret finns inte i kundregistret. Kontrollera det.",
}
_PLACE_LACKING = "En plats finns inte i registret. Kontrollera vart varorna ska."


def marked(orders: Iterable[Order], registers: Registers) -> tuple[Order, ...]:
    """Return the orders with a note on each field that a register of the site could hold."""
    return tuple(_marked(order, registers) for order in orders)


def lacking(orders: Iterable[Order]) -> tuple[Reason, ...]:
    """Return a reason for everything that no register holds, for a site whose registers are complete."""
    found = [reason for order in orders for reason in _lacking(order)]
    return tuple(dict.fromkeys(found))


def _marked(order: Order, registers: Registers) -> Order:
    notes = tuple(_notes(order, registers))
    own = {note.field: note.name for note in notes if note.held is Held.KNOWN and note.name}
    articles = registers.get("articles")
    return replace(
        order,
        from_stock=own.get("from_stock", order.from_stock),
        to_stock=own.get("to_stock", order.to_stock),
        facility=own.get("facility", order.facility),
        lines=tuple(_line(line, articles) for line in order.lines) if articles else order.lines,
        register=notes,
    )


def _notes(order: Order, registers: Registers) -> Iterator[RegisterNote]:
    for field, text in (
        ("from_stock", order.from_stock),
        ("to_stock", order.to_stock),
        ("facility", order.facility),
    ):
        places = registers.get(PLACES[field])
        if places and text:
            yield _place(field, text, places)
    customers = registers.get("customers")
    if customers and order.customer_number:
        yield _numbered("customer_number", order.customer_number, customers)


def _place(field: str, text: str, register: Register) -> RegisterNote:
    """Tell of a place.

    One that several entries are called is known, but not which of them it is; of one that says more than its
    name ("Solgården avd 3") nothing is taken away.
    """
    if found := register.named(text):
        number = found[0].number if len(found) == 1 else ""
        return RegisterNote(field, Held.KNOWN, number, found[0].name)
    if begun := register.beginning(text):
        return RegisterNote(field, Held.KNOWN, begun.number)
    near = register.near(text)
    if near is None:
        return RegisterNote(field, Held.UNKNOWN)
    return RegisterNote(field, Held.NEAR, near.number, near.name)


def _numbered(field: str, number: str, register: Register) -> RegisterNote:
    entry = register.numbered(number)
    if entry is None:
        return RegisterNote(field, Held.UNKNOWN)
    return RegisterNote(field, Held.KNOWN, entry.number, entry.title)


def _line(line: OrderLine, articles: Register) -> OrderLine:
    """Tell of an article by its number; by its words where it has none, or one that is not known."""
    note = RegisterNote("article_number", Held.UNKNOWN)
    if line.article_number:
        note = _numbered("article_number", line.article_number, articles)
    if note.held is Held.UNKNOWN and line.description:
        named = articles.named(line.description)
        if len(named) == 1 and not line.article_number:
            note = RegisterNote("article_number", Held.KNOWN, named[0].number, named[0].title)
        elif near := (named[0] if len(named) == 1 else articles.near(line.description)):
            note = RegisterNote("article_number", Held.NEAR, near.number, near.title)
    return replace(line, register=note)


def _lacking(order: Order) -> Iterator[Reason]:
    for note in order.register:
        if note.held is not Held.KNOWN:
            yield _reason(note.field, "mailet")
    for line in order.lines:
        if line.register and line.register.held is not Held.KNOWN:
            yield _reason("article_number", line.where or "mailet")


def _reason(field: str, where: str) -> Reason:
    told = _LACKING.get(field, _PLACE_LACKING).format(where=where)
    return Reason("not_in_register", None, where, f"register.{field}", told)
