"""The Swedish words for what the code names in English: the same in letters and commands."""

from collections.abc import Sequence

from service.values import Decision, Held, Kind, Order, OrderLine, RegisterNote

DECISIONS = {
    Decision.ACCEPTED: "mottagen",
    Decision.FLAGGED: "till granskning",
    Decision.REJECTED: "avvisad",
    Decision.REPLY: "personalsvar",
    Decision.IGNORED: "ignorerad",
}

KINDS = {
    Kind.STOCK_TRANSFER: "lagerflytt",
    Kind.STOCK_REPLENISHMENT: "lagerpåfyllnad",
    Kind.FACILITY_ORDER: "beställning till boende",
    Kind.PRESCRIPTION: "förskrivning",
    Kind.WORK_ORDER: "arbetsorder",
    Kind.RETURN: "retur",
    Kind.PURCHASE: "inköp",
    Kind.INVOICING: "fakturaunderlag",
    Kind.STOCK_CORRECTION: "lagerjustering",
    Kind.OTHER: "övrigt",
    Kind.AUTOMATIC: "automatiskt mail",
}

STATES = {
    "received": "under behandling",
    "pending": "väntar på registrering",
    "registered": "registrerad",
    "cancelled": "makulerad",
    "queued": "väntar på att skickas",
    "sent": "skickat",
    "dead": "gick inte att skicka",
}

LETTERS = {
    "accepted": "bekräftelse",
    "flagged": "besked om granskning",
    "rejected": "besked om avvisat mail",
    "receipt": "kvitto",
    "digest": "sammanställning",
    "recovery": "besked om att systemet är uppe",
    "recovered": "lista när systemet är uppe",
    "reminder": "påminnelse",
    "proposal": "förslag",
    "overdue": "besked om försenat stopp",
}
"""The kinds of letter, by the name of their template."""

REVIEWS = {"booked": "bokad", "rejected": "avvisad", "done": "klar"}

SYSTEMS = {"sesam2": "Sesam 2", "websesam": "webSesam", "visma-websesam": "Visma webSesam"}

SOURCES = {"mail": "mail", "phone": "telefon", "paper": "papper", "desk": "disken"}
"""How something came that must be registered."""

OWNERS = {
    "desk": "Hjälpmedelsservice",
    "prescriber": "förskrivaren",
    "operations_manager": "driftsledaren",
    "technician": "teknikern",
}
"""Who must register something, by the owner that the ledger notes."""

MATCHES = {
    "sure": "säker",
    "near": "nästan",
    "registered_twice": "registrerad två gånger",
    "refilled_twice": "påfylld två gånger",
    "missing": "saknas i Sesam",
}
"""How an order in Sesam and a row of the ledger belong together."""

HINDERS = {
    "connect": "mailservern nås inte",
    "timeout": "mailservern svarar inte",
    "tls": "TLS gick inte att upprätta",
    "no-tls": "mailservern erbjuder inte TLS",
    "auth": "inloggningen nekades",
    "address": "adressen går inte att använda",
}
"""Why a letter was not taken, by the short code of `letters/post.py`; any other is the server's own."""


def hinder(code: str) -> str:
    """Return what hinders a letter in Swedish; empty for nothing."""
    return HINDERS.get(code, f"mailservern svarade {code}") if code else ""


def listed(words: Sequence[str]) -> str:
    """Return the words as a sentence lists them: "a, b och c"."""
    return " och ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def quantity(number: float) -> str:
    """Return a quantity as people write it: 4, and 1,5 with a comma."""
    return f"{number:g}".replace(".", ",")


def visible(text: str) -> str:
    """Return the text without signs that cannot be seen, which could steer a terminal; lines are kept."""
    return "".join(sign if sign.isprintable() or sign == "\n" else _shown(sign) for sign in text)


FIELDS = {
    "from_stock": "från",
    "to_stock": "till",
    "facility": "till",
    "customer_number": "kundnummer",
    "article_number": "artikel",
}
"""The fields that a register can tell something of."""


def register_note(note: RegisterNote | None, written: str = "") -> str:
    """Say what a register tells beside what the sender wrote; nothing where it tells nothing new."""
    if note is None:
        return ""
    own = " ".join(filter(None, (note.number if note.number != written else "", note.name)))
    told = {
        Held.KNOWN: f"i registret: {own}" if own else "",
        Held.NEAR: f"finns inte i registret; menades {own}?",
        Held.UNKNOWN: "finns inte i registret",
    }
    return told[note.held]


def line_note(line: OrderLine) -> str:
    """Say what the register tells of a line that lacks the article's number or its words."""
    known = line.register is not None and line.register.held is Held.KNOWN
    if known and line.article_number and line.description:
        return ""
    return register_note(line.register, line.article_number or "")


def order_note(order: Order) -> str:
    """Say what the registers tell of the order's places and customer where they do not simply hold them."""
    told = (
        f"{FIELDS[note.field]}: {register_note(note)}"
        for note in order.register
        if note.held is not Held.KNOWN
    )
    return "; ".join(told)


def delivery_note(order: Order) -> str:
    """Say what the order tells of its delivery, beside the place and the day; empty for nothing."""
    told = order.delivery
    contact = ", ".join(filter(None, (told.contact_person, told.contact_phone)))
    weeks = f"{told.wish} ({told.first} – {told.last})" if told.first != told.last else ""
    weeks = told.wish if told.first is None else weeks
    parts = {
        "önskas": weeks,
        "kontakt": contact,
        "kostnadsställe": told.cost_centre,
        "referens": told.reference,
        "likvärdig vara": "går bra" if told.substitute else "",
    }
    return "; ".join(f"{name}: {value}" for name, value in parts.items() if value)


def order_lines(order: Order, *, notes: bool = True) -> list[str]:
    """Return an order as lines of plain text that fit 80 columns for usual names.

    With `notes`, what the registers say stands under what it is about.
    """
    lines = (shown for line in order.lines for shown in order_line(line, notes=notes))
    return [*order_head(order, notes=notes), *(f"  {line}" for line in lines)]


def order_head(order: Order, *, notes: bool = True) -> list[str]:
    """Return what an order says beside its lines."""
    came = f"från {order.from_stock} " if order.from_stock else ""
    when = f", önskas {order.requested_date}" if order.requested_date else ""
    urgent = ", brådskar" if order.urgent else ""
    head = f"{KINDS[order.kind]} {came}till {order.destination or 'okänd plats'}{when}{urgent}"
    told = delivery_note(order)
    return [head, *_noted(order_note(order), "  ", notes=notes), *([f"  {told}"] if told else [])]


def order_line(line: OrderLine, *, notes: bool = True) -> list[str]:
    """Return an order line, and under it what the register says."""
    return [_line(line), *_noted(line_note(line), " " * 11, notes=notes)]


def _noted(note: str, indent: str, *, notes: bool) -> list[str]:
    return [f"{indent}({note})"] if note and notes else []


def _shown(sign: str) -> str:
    return " " if sign.isspace() else "�"


def _line(line: OrderLine) -> str:
    number = quantity(line.quantity) if line.quantity else "?"
    amount = f"{number:>4} {line.unit:<5}"
    return f"{amount} {line.article_number or '–':<9} {line.description}".rstrip()
