"""From a document to orders: reads the newest text, its tables and its places, and says what is in doubt."""

import re
from dataclasses import dataclass, replace
from datetime import date

from service.ordering.dates import requested_date
from service.ordering.doubts import Doubts
from service.ordering.kinds import first_said, forbidden, order_kind, said_kinds
from service.ordering.lines import Item, LineReader
from service.ordering.places import Place, PlaceFinder
from service.ordering.replies import Parted, is_forward, part
from service.ordering.statements import Statement, statements
from service.ordering.tables import TableReader
from service.ordering.tokens import Role
from service.rules.ordering import OrderingRules
from service.values import Document, Kind, Order, OrderLine, Paragraphs, Table, Understanding

MAX_TEXT = 200_000
"""Characters of text and cells that are read for orders; what is longer is for a person to read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An item, where it stands, and its place in the reading order of the whole mail."""

    item: Item
    where: str
    position: int
    repeatable: bool = False


@dataclass(slots=True)
class _Reading:
    """What has been gathered so far, while the blocks are read from the top."""

    asked: list[Asked]
    places: list[Place]
    text: str = ""


class _Tools:
    """The readers of the room, built once for a set of rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self.rules = rules
        self.lines = LineReader(rules)
        self.tables = TableReader(rules, self.lines.lexer)
        self.places = PlaceFinder(rules)
        fields = sorted(rules.words.fields, key=len, reverse=True)
        self.field = re.compile(
            r"\s*[*•-]?\s*(?:" + "|".join(map(re.escape, fields)) + r")\s*(?::|\.{3,}|\t|\s{3,})", re.IGNORECASE
        )
        self.urgent = re.compile(r"\b(?:" + "|".join(map(re.escape, rules.words.urgent)) + r")\b", re.IGNORECASE)


_BUILT: dict[int, tuple[OrderingRules, _Tools]] = {}


def _tools(rules: OrderingRules) -> _Tools:
    """Return the readers for these rules, built once: the patterns take some milliseconds."""
    kept = _BUILT.get(id(rules))
    if kept is None or kept[0] is not rules:
        _BUILT.clear()
        kept = _BUILT[id(rules)] = (rules, _Tools(rules))
    return kept[1]


def understand(document: Document, rules: OrderingRules) -> Understanding:
    """Return the orders of the document and every doubt that a person must settle."""
    tools, doubts = _tools(rules), Doubts()
    subject = document.envelope.subject
    sent = document.envelope.sent_at.date() if document.envelope.sent_at else None
    blocks, cut = _bounded(document)
    if cut:
        doubts.add("too_large", "mailet", "tolkning.storlek")
    parted = [part(b.text, rules.words) if isinstance(b, Paragraphs) else None for b in blocks]
    reading = _read(blocks, parted, tools, older=False)
    if not _certain(reading) and any(p and p.older.strip() for p in parted) and _passes_on(subject, parted):
        fuller = _read(blocks, parted, tools, older=True)
        reading = fuller if fuller.asked else reading
    if not reading.asked:
        _read_text(subject, "ämnesraden", tools, reading, first=False)
        for p in parted:
            if p is not None and not reading.asked:
                _read_signature(p.signature, tools, reading)
    asked = _without_repeats(reading.asked, doubts)
    subject_places = tools.places.places(_topic(subject))
    return _settle(asked, reading, subject_places, _topic(subject), sent, tools, doubts)


def _certain(reading: _Reading) -> bool:
    """Whether a line with an article number, or a row of a list, was read."""
    return any(a.item.article or not a.repeatable for a in reading.asked)


def _topic(subject: str) -> str:
    return re.sub(r"^(?:\s*(?:sv|re|vb|fw|fwd|vs|ang)\s*:)+\s*", "", subject[:1_000], flags=re.IGNORECASE)


def _bounded(document: Document) -> tuple[list[Paragraphs | Table], bool]:
    """Return the blocks up to MAX_TEXT characters, and whether any of it was left out."""
    room, kept = MAX_TEXT, []
    for block in document.blocks:
        if room <= 0:
            return kept, True
        if isinstance(block, Paragraphs):
            kept.append(replace(block, text=block.text[:room].replace("\r\n", "\n").replace("\r", "\n")))
            size = len(block.text)
        else:
            size = sum(len(str(c)) + 1 for row in block.rows for c in row)
            if size > room:
                return kept, True
            kept.append(block)
        room -= size
    return kept, room < 0


def _passes_on(subject: str, parted: list[Parted | None]) -> bool:
    """Whether the older text is the order: the mail is a forward, or says that all stands below."""
    said = " ".join(p.newest for p in parted if p is not None)
    return (
        is_forward(subject)
        or re.search(
            r"\b(?:vidarebefordra\w*|skickar vidare|nedan|se (?:under|nedanstående)|mejlet under|här under)\b",
            said,
            re.IGNORECASE,
        )
        is not None
        or not said.strip()
    )


def _read(
    blocks: list[Paragraphs | Table], parted: list[Parted | None], tools: _Tools, older: bool
) -> _Reading:
    reading = _Reading([], [])
    for block, p in zip(blocks, parted, strict=True):
        if isinstance(block, Table):
            _read_table(block, tools, reading)
        elif p is not None:
            _read_text(f"{p.newest}\n{p.older}" if older else p.newest, block.where, tools, reading)
    return reading


def _read_table(table: Table, tools: _Tools, reading: _Reading) -> None:
    rows = [[str(c) for c in row] for row in table.rows]
    items = tools.tables.rows(rows)
    if items is None:
        _read_text("\n".join("\t".join(c for c in row) for row in rows), table.where, tools, reading)
        return
    base = len(reading.text)
    form = "\n".join(
        f"{r[0]}: {next((c for c in r[1:] if c), '')}" for r in rows if r and r[0] and len(r) < 4
    )
    reading.places.extend(_moved(tools.places.places(form), base))
    reading.text += form + "\n"
    for n, item in enumerate(items, 1):
        reading.asked.append(Asked(item, f"{table.where}, rad {n}", len(reading.text)))
    reading.text += "\n"


def _moved(places: tuple[Place, ...], by: int) -> list[Place]:
    return [replace(p, start=p.start + by, end=p.end + by) for p in places]


def _read_text(text: str, where: str, tools: _Tools, reading: _Reading, first: bool = True) -> None:
    """Read one text: its tables, then what stands between them, in the order of the lines."""
    base = len(reading.text)
    places = tools.places.places(text)
    reading.places.extend(_moved(places, base) if first else [])
    lines = text.split("\n")
    found = tools.tables.text(lines)
    taken = frozenset(n for f in found for n in range(f.first, f.last))
    offsets = {n: sum(len(x) + 1 for x in lines[: f.first]) for f in found for n in [f.first]}
    gathered = [
        Asked(item, f"{where}, rad {f.first + 2 + n}", base + offsets[f.first] + n)
        for f in found
        for n, item in enumerate(f.items)
    ]
    asking = False
    for statement in _completed(statements(lines, taken), tools):
        if tools.field.match(statement.text):
            asking = False
            continue
        asking = _read_statement(statement, where, tools, places, base, gathered, asking)
    reading.asked.extend(sorted(gathered, key=lambda a: a.position))
    reading.text += text + "\n"


def _completed(found: list[Statement], tools: _Tools) -> list[Statement]:
    """Join a row that has an article but no quantity with the rows below that complete it."""
    done: list[Statement] = []
    lacking = False
    for statement in found:
        items = tools.lines.items(statement.text, True) if statement.in_list else ()
        coded = any(i.article for i in items)
        last = done[-1] if done else None
        if (
            last is not None
            and lacking
            and statement.in_list
            and not coded
            and not statement.bulleted
            and statement.line - last.line < 4
        ):
            done[-1] = replace(last, text=f"{last.text}, {statement.text}")
            lacking = all(i.quantity is None for i in items)
            continue
        done.append(statement)
        lacking = coded and all(i.quantity is None and i.wanted and not i.unsure for i in items)
    return done


def _read_statement(
    statement: Statement,
    where: str,
    tools: _Tools,
    places: tuple[Place, ...],
    base: int,
    gathered: list[Asked],
    asking: bool,
) -> bool:
    """Add the statement's items; return whether what follows stands under words that ask."""
    spans = tuple((p.start - statement.start, p.end - statement.start) for p in places)
    asks = tools.lines.asks(statement.text)
    items = tools.lines.items(statement.text, statement.in_list, spans)
    coded = any(i.article for i in items)
    for item in items:
        if _is_line(item, statement, coded or asking or tools.lines.asks(statement.text[: item.end]), tools):
            place = f"{where}, rad {statement.line + 1}"
            gathered.append(Asked(item, place, base + statement.start + item.start, not statement.in_list))
    return (asking and statement.in_list) or statement.text.rstrip().endswith(":")


def _is_line(item: Item, statement: Statement, asks: bool, tools: _Tools) -> bool:
    """Whether the item is an order line: an article, or a counted product where something is asked for."""
    if not item.wanted:
        return False
    if item.article is not None:
        return True
    first = item.description.split(" ")[0].lower() if item.description else ""
    real = len(re.findall(r"[^\W\d_]", item.description)) > 2 and first not in tools.rules.words.not_products
    if not real:
        return False
    if item.unsure:
        return statement.in_list or asks
    if item.quantity is None or item.quantity > 999:
        return False
    if statement.in_list:
        return item.steady
    return asks and not (item.quantity == 1 and not item.listed and not item.steady)


def _read_signature(text: str, tools: _Tools, reading: _Reading) -> None:
    """Look under the sign-off for whole lines only: some write the order after their name."""
    for statement in statements(text.split("\n"), frozenset()):
        for item in tools.lines.items(statement.text, True):
            if item.article and item.quantity is not None and item.steady and item.description:
                reading.asked.append(
                    Asked(item, f"mailets text, rad {statement.line + 1}", len(reading.text))
                )


def _without_repeats(asked: list[Asked], doubts: Doubts) -> list[Asked]:
    """Drop what is said twice: prose that a list repeats, and a body that its attachment repeats."""
    coded = [a for a in asked if a.item.article]
    kept: list[Asked] = []
    for a in asked:
        twin = _twin(a, coded, kept)
        if twin is None:
            kept.append(a)
        elif twin.item.quantity != a.item.quantity and None not in (twin.item.quantity, a.item.quantity):
            doubts.add("two_readings", a.where, "tolkning.dubbelt")
    return kept


def _twin(a: Asked, coded: list[Asked], kept: list[Asked]) -> Asked | None:
    """Return the line that says the same as `a` in another place."""
    if a.item.article:
        source = a.where.rpartition(", rad")[0]
        return next(
            (
                k
                for k in kept
                if k.item.article == a.item.article
                and (k.where.rpartition(", rad")[0] != source or a.item.quantity is None)
            ),
            None,
        )
    if not a.repeatable:
        return None
    same = [c for c in coded if c.where != a.where and _alike(a.item.description, c.item.description)]
    exact = next((c for c in same if c.item.quantity == a.item.quantity), None)
    return exact or next(iter(same), None)


def _alike(one: str, two: str) -> bool:
    """Whether two descriptions share a product's word, whatever its ending ("rampe(r)", "rullstol(ar)")."""
    left, right = (re.findall(r"[^\W\d_]{4,}", text.lower()) for text in (one, two))
    return any(a[:-2][:8] in b or b[:-2][:8] in a for a in left for b in right if len(a) > 4 and len(b) > 3)


def _settle(
    asked: list[Asked],
    reading: _Reading,
    subject_places: tuple[Place, ...],
    topic: str,
    sent: date | None,
    tools: _Tools,
    doubts: Doubts,
) -> Understanding:
    """Bring lines, places, kind and day together into orders, and say what is in doubt."""
    kinds = tools.rules.kinds
    whole = f"{topic}\n{reading.text}"
    said = said_kinds(whole, kinds)
    destinations = _destinations(reading.places, subject_places, said)
    source = _source(reading.places, subject_places, said)
    groups = _groups(asked, reading.places, destinations, source)
    orders = []
    for place, members in groups:
        kind = order_kind(
            said, source is not None, bool(place and place.stock), bool(place and not place.stock)
        )
        orders.append(
            Order(
                kind=kind,
                from_stock=source if kind is Kind.STOCK_TRANSFER else None,
                to_stock=place.name if place and place.stock else None,
                facility=place.name if place and not place.stock else None,
                requested_date=requested_date(reading.text, sent) or requested_date(topic, sent),
                urgent=tools.urgent.search(whole) is not None,
                customer_number=_customer(reading.text),
                lines=tuple(_line(a) for a in members),
                leftover=tuple(t.text for a in members for t in a.item.leftover),
            )
        )
    banned = forbidden(said)
    kind = banned[0] if banned else orders[0].kind if orders else order_kind(said, False, False, False)
    _doubt(asked, orders, banned, whole, kinds.names, tools, doubts)
    if kind is Kind.OTHER and asked and not banned:
        doubts.add("kind_unclear", "mailet", "tolkning.sort")
    return Understanding(kind, tuple(orders), doubts.all())


def _doubt(
    asked: list[Asked],
    orders: list[Order],
    banned: tuple[Kind, ...],
    whole: str,
    names: dict[Kind, str],
    tools: _Tools,
    doubts: Doubts,
) -> None:
    if not asked:
        doubts.add("no_lines", "mailet", "tolkning.rader")
    elif any(o.destination is None for o in orders):
        doubts.add("no_destination", "mailet", "tolkning.destination")
    for a in asked:
        if a.item.quantity is None or a.item.quantity <= 0:
            doubts.add("no_quantity", a.where, "tolkning.antal")
        if any(t.role in (Role.NUMBER, Role.ARTICLE) for t in a.item.leftover):
            doubts.add("leftover_number", a.where, "tolkning.rest")
        if a.item.unsure and a.item.quantity is not None:
            doubts.add("two_readings", a.where, "tolkning.dubbelt")
    _doubt_shaky(asked, doubts)
    for kind in banned:
        code = "individual" if kind is Kind.PRESCRIPTION else "kind_not_allowed"
        doubts.add(code, "mailet", f"sort.{kind.value}", name=names[kind])
    follow_up = first_said(whole, tools.rules.kinds.follow_ups)
    if follow_up is not None:
        doubts.add("follow_up", "mailet", follow_up.id)
    uncertain = first_said(whole, tools.rules.kinds.uncertain)
    if uncertain is not None:
        doubts.add("two_readings" if asked else "kind_unclear", "mailet", uncertain.id)


def _doubt_shaky(asked: list[Asked], doubts: Doubts) -> None:
    """A bare last number among lines that say their count otherwise may belong to the product's name."""
    steady = [a for a in asked if a.item.steady]
    for a in asked:
        if (
            not a.item.steady
            and not a.repeatable
            and a.item.quantity is not None
            and len(steady) * 2 > len(asked)
        ):
            doubts.add("no_quantity", a.where, "tolkning.antal")


def _line(asked: Asked) -> OrderLine:
    item = asked.item
    confidence = (0.99 if item.article else 0.9) * (1.0 if item.steady else 0.93)
    return OrderLine(
        item.article, item.description, item.quantity or 0.0, item.unit, round(confidence, 2), asked.where
    )


def _customer(text: str) -> str | None:
    match = re.search(r"\bkund(?:nummer|nr)\b\.?\s?:?\s{0,30}(\d{4,6})\b", text, re.IGNORECASE)
    return match[1] if match else None


def _source(places: list[Place], subject: tuple[Place, ...], said: frozenset[Kind]) -> str | None:
    """Return the stock that goods leave: named as such, or where they stand while another is named as goal."""
    named = [p for p in (*places, *subject) if p.role == "from" and p.stock]
    if not named and Kind.STOCK_TRANSFER in said and any(p.role == "to" and p.stock for p in places):
        named = [p for p in places if p.role == "at" and p.stock]
    return named[0].name if named else None


def _destinations(places: list[Place], subject: tuple[Place, ...], said: frozenset[Kind]) -> list[Place]:
    """Return the places that goods may go to, the surest first."""
    stockish = bool(said & {Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT})

    def rank(place: Place, from_subject: bool) -> tuple[int, int]:
        score = {"label": 5, "to": 4, "": 2, "at": 2}.get(place.role, 0) + place.heading
        score -= 2 * from_subject
        score += (2 if stockish else -1) if place.stock else (-1 if stockish else 1)
        return (-score, place.start)

    open_ = [(p, False) for p in places if p.role != "from"] + [
        (p, True) for p in subject if p.role != "from"
    ]
    return [p for p, _ in sorted(open_, key=lambda pair: rank(*pair))]


def _groups(
    asked: list[Asked], places: list[Place], destinations: list[Place], source: str | None
) -> list[tuple[Place | None, list[Asked]]]:
    """Give every line its destination: the heading it stands under where there are several."""
    if not asked:
        return []
    if not destinations:
        return [(None, asked)]
    best = destinations[0]
    heads = [p for p in places if p.role in ("to", "label") or (p.role == "" and p.heading)]
    heads = [p for p in heads if p.role != "from" and p.stock == best.stock]
    parts: list[tuple[Place, list[Asked]]] = []
    for a in asked:
        above = [p for p in heads if p.start <= a.position]
        head = above[-1] if above else best
        known = next((members for place, members in parts if place.same_as(head)), None)
        if known is None:
            parts.append((head, [a]))
        else:
            known.append(a)
    if len(parts) < 2:
        return [(_fullest(best, destinations), asked)]
    return [(_fullest(place, destinations), members) for place, members in parts]


def _fullest(place: Place, places: list[Place]) -> Place:
    """Return the longest way in which the same place is named."""
    same = [p for p in places if p.stock == place.stock and p.words >= place.words]
    return max([place, *same], key=lambda p: (len(p.words), p is place))
