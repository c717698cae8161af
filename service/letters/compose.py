"""Writes the answer to a mail.

A template is given only what a letter may say: orders as understood (an accepted mail is clean), the sorts
and zones of what was found, and reason sentences, which never hold found text. It never sees the judgement
itself, nor a place such as a file name.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from service.letters.shown import Shown, ShownLine, ShownOrder
from service.letters.templates import (
    ADDRESS,
    WIDTH,
    Desk,
    Letter,
    LetterWords,
    Templates,
    load_templates,
    plain,
)
from service.values import REDIRECT, Decision, Judgement, Kind, Order, OrderLine, Reason, Zone
from service.wording import KINDS, delivery_note, quantity

__all__ = ["WIDTH", "Desk", "Letter", "Templates", "answer", "load_templates", "rehearsed", "threaded"]

DRILL_BANNER = (
    '<p style="margin:0;padding:8px 12px;border:3px solid #a3271b;background-color:#ffffff;color:#a3271b;'
    'font:bold 16px Arial,sans-serif">ÖVNING: inget av detta är på riktigt.</p>'
)
"""Framed and not filled: printers leave out what is filled, and white text with it."""

_BODY = re.compile(r"<body[^>]*>")
UNANSWERED = (Decision.IGNORED, Decision.REPLY)
"""Automatic mail gets nothing; a staff reply gets a receipt, which receipt.py writes."""

MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,200}>")
REFERENCES_CHARACTERS = 900
"""Under the 998 of one header line (RFC 5322), so that it need not be folded."""


def answer(judgement: Judgement, numbers: Sequence[str], desk: Desk, templates: Templates) -> Letter | None:
    """Return the letter to the sender, or None where no letter may go; `numbers` are the orders' own."""
    if judgement.decision in UNANSWERED or not may_answer(judgement, desk):
        return None
    shown = _shown(judgement, numbers, templates.words)
    recipient = judgement.sender_address.strip()
    return threaded(templates.write(judgement.decision.value, recipient, shown, desk), judgement)


def may_answer(judgement: Judgement, desk: Desk) -> bool:
    """Whether any letter may go to the sender: a trusted person who is not ourselves."""
    recipient = judgement.sender_address.strip()
    ours = recipient.casefold() == desk.address.casefold()
    return judgement.answerable and judgement.trusted and not ours and bool(ADDRESS.fullmatch(recipient))


def threaded(letter: Letter, judgement: Judgement) -> Letter:
    """Return the letter as an answer to the judged mail."""
    in_reply_to, references = _thread(judgement)
    return replace(letter, in_reply_to=in_reply_to, references=references)


def rehearsed(letter: Letter) -> Letter:
    """Return the letter as one of a drill: nobody may take it for a real one."""
    return replace(
        letter,
        subject=f"ÖVNING: {letter.subject}",
        text=f"ÖVNING: inget av detta är på riktigt.\n\n{letter.text}",
        html=_BODY.sub(lambda tag: tag[0] + DRILL_BANNER, letter.html, count=1),
        drill=True,
    )


def _shown(judgement: Judgement, numbers: Sequence[str], words: LetterWords) -> Shown:
    """Return what the templates of this decision may see, and nothing else."""
    if judgement.decision is Decision.ACCEPTED:
        pairs = zip(numbers, judgement.orders, strict=True)
        return {"orders": [_shown_order(number, order) for number, order in pairs]}
    if judgement.decision is Decision.REJECTED:
        return {"found": _found(judgement.reasons, words), "by_staff": judgement.staff}
    elsewhere = [reason for reason in judgement.reasons if reason.code == REDIRECT]
    here = [reason for reason in judgement.reasons if reason.code != REDIRECT]
    told = (words.doubts.get(reason.code, reason.text) for reason in here)
    return {
        "reasons": list(dict.fromkeys(map(plain, told))),
        "redirects": list(dict.fromkeys(plain(reason.text) for reason in elsewhere)),
    }


def _shown_order(number: str, order: Order) -> ShownOrder:
    return ShownOrder(
        number=number,
        kind=KINDS[order.kind].capitalize(),
        from_stock=plain(order.from_stock or ""),
        destination=plain(order.destination or ""),
        requested_date=order.requested_date.isoformat() if order.requested_date else "",
        urgent=order.urgent,
        from_own_stock=order.kind in (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT),
        lines=tuple(_shown_line(line) for line in order.lines),
        delivery=plain(delivery_note(order)),
    )


def _shown_line(line: OrderLine) -> ShownLine:
    return ShownLine(
        f"{quantity(line.quantity)} {plain(line.unit)}",
        plain(line.article_number or ""),
        plain(line.description),
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
