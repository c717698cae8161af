"""Writes the answer to a mail from the templates and words under rules/letters/.

A template is given only what a letter may say: orders as understood (an accepted mail is clean), the sorts
and zones of what was found, and reason sentences, which never hold found text. It never sees the judgement
itself, nor a place such as a file name.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.errors import RulesError
from service.rules.loading import Strict, read_rules
from service.values import Decision, Judgement, Kind, Order, OrderLine, Reason, Zone
from service.wording import KINDS, quantity

WIDTH = 76
"""Longest line of plain text: RFC 5322 advises 78 with room for a quote mark."""

ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\\x00-\x1f]+@[A-Za-z0-9.-]+")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,200}>")
REFERENCES_CHARACTERS = 900
"""Under the 998 of one header line (RFC 5322), so that it need not be folded."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers; `address` is the mailbox's own, `domain` the one of our Message-IDs."""

    name: str
    phone: str
    address: str
    domain: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready for the outbox; `references` are message-ids with spaces between."""

    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    in_reply_to: str = ""
    references: str = ""


class LetterWords(Strict):
    """rules/letters/words.yaml: subjects by decision, sorts and doubts by reason code, places by zone.

    A doubt's own sentence tells the desk what to do; `doubts` say the same to who wrote the mail.
    """

    subjects: Mapping[Decision, str]
    unnamed_sort: str
    sorts: Mapping[str, str]
    zones: Mapping[Zone, str]
    doubts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates and their words, checked by writing one of each letter."""

    environment: ImmutableSandboxedEnvironment
    words: LetterWords


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An order line as the letter shows it."""

    amount: str
    article_number: str
    description: str


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as the letter shows it; empty strings are left out."""

    number: str
    kind: str
    from_stock: str
    destination: str
    requested_date: str
    urgent: bool
    from_own_stock: bool
    lines: tuple[ShownLine, ...]


Shown = dict[str, object]


def load_templates(rules: Path) -> Templates:
    """Return the templates of `rules`/letters; RulesError tells at once what cannot be used."""
    folder = rules / "letters"
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates = Templates(environment, read_rules(folder / "words.yaml", LetterWords))
    try:
        for judgement in _samples():
            _write(judgement, ["RP-2026-000001"], Desk("Namn", "010", "a@b.se", "b.se"), templates)
    except (TemplateError, OSError, KeyError) as error:
        raise RulesError(f"{folder}: {error}; rätta mallen eller återställ filen") from error
    return templates


def answer(judgement: Judgement, numbers: Sequence[str], desk: Desk, templates: Templates) -> Letter | None:
    """Return the letter to the sender, or None where no letter may go; `numbers` are the orders' own."""
    recipient = judgement.sender_address.strip()
    ours = recipient.casefold() == desk.address.casefold()
    silent = judgement.decision is Decision.IGNORED or ours
    if silent or not (judgement.answerable and judgement.trusted and ADDRESS.fullmatch(recipient)):
        return None
    return _write(judgement, numbers, desk, templates)


def _write(judgement: Judgement, numbers: Sequence[str], desk: Desk, templates: Templates) -> Letter:
    kind = judgement.decision.value
    shown = _shown(judgement, numbers, templates.words) | {"desk": desk}
    environment = templates.environment
    text = environment.get_template(f"{kind}.txt.j2").render(shown)
    html = environment.get_template(f"{kind}.html.j2").render(shown)
    subject = environment.from_string(templates.words.subjects[judgement.decision]).render(shown)
    in_reply_to, references = _thread(judgement)
    return Letter(
        kind=kind,
        recipient=judgement.sender_address.strip(),
        subject=_plain(subject),
        text=_wrapped(text),
        html=css_inline.inline(html, load_remote_stylesheets=False),
        in_reply_to=in_reply_to,
        references=references,
    )


def _shown(judgement: Judgement, numbers: Sequence[str], words: LetterWords) -> Shown:
    """Return what the templates of this decision may see, and nothing else."""
    if judgement.decision is Decision.ACCEPTED:
        pairs = zip(numbers, judgement.orders, strict=True)
        return {"orders": [_shown_order(number, order) for number, order in pairs]}
    if judgement.decision is Decision.REJECTED:
        return {"found": _found(judgement.reasons, words)}
    told = (words.doubts.get(reason.code, reason.text) for reason in judgement.reasons)
    return {"reasons": list(dict.fromkeys(map(_plain, told)))}


def _shown_order(number: str, order: Order) -> ShownOrder:
    return ShownOrder(
        number=number,
        kind=KINDS[order.kind].capitalize(),
        from_stock=_plain(order.from_stock or ""),
        destination=_plain(order.destination or ""),
        requested_date=order.requested_date.isoformat() if order.requested_date else "",
        urgent=order.urgent,
        from_own_stock=order.kind in (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT),
        lines=tuple(_shown_line(line) for line in order.lines),
    )


def _shown_line(line: OrderLine) -> ShownLine:
    return ShownLine(
        f"{quantity(line.quantity)} {_plain(line.unit)}",
        _plain(line.article_number or ""),
        _plain(line.description),
    )


def _found(reasons: Sequence[Reason], words: LetterWords) -> list[str]:
    """Name each sort of personal data and its zone; what is not about personal data is left out."""
    told = []
    for reason in reasons:
        if reason.certainty is not None:
            where = f", {words.zones[reason.zone]}" if reason.zone else ""
            told.append(words.sorts.get(reason.code, words.unnamed_sort) + where)
    return list(dict.fromkeys(told)) or [words.unnamed_sort]


def _thread(judgement: Judgement) -> tuple[str, str]:
    """Return In-Reply-To and References; none where the header itself held what was found."""
    if any(reason.zone is Zone.HEADER for reason in judgement.reasons):
        return "", ""
    known = [known for known in (*judgement.references, judgement.message_id) if MESSAGE_ID.fullmatch(known)]
    kept: list[str] = []
    for message_id in reversed(list(dict.fromkeys(known))):
        if sum(map(len, kept)) + len(kept) + len(message_id) > REFERENCES_CHARACTERS:
            break
        kept.insert(0, message_id)
    own = judgement.message_id if MESSAGE_ID.fullmatch(judgement.message_id) else ""
    return own, " ".join(kept)


def _plain(text: str) -> str:
    """Return the text on one line, without signs that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _wrapped(text: str) -> str:
    lines = [part for line in text.splitlines() for part in _wrapped_line(line.rstrip())]
    return "\n".join(lines).strip() + "\n"


def _wrapped_line(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _samples() -> list[Judgement]:
    line = OrderLine("50123", "Rollator", 1)
    order = Order(Kind.FACILITY_ORDER, facility="Annagården", lines=(line,))
    return [
        Judgement(Decision.ACCEPTED, order.kind, orders=(order,)),
        Judgement(Decision.REJECTED, Kind.OTHER),
        Judgement(Decision.FLAGGED, Kind.OTHER),
    ]
