"""Tells which articles belong to another system, and where they are ordered."""

from collections.abc import Iterable, Iterator

from service.ordering.newest import letter
from service.rules.ordering import WordRules
from service.rules.redirects import Redirect
from service.values import REDIRECT, Document, Order, Reason


def redirected(
    document: Document, orders: Iterable[Order], redirects: Iterable[Redirect], words: WordRules
) -> tuple[Reason, ...]:
    """Return a reason for each redirect that an order line speaks of, or the mail where it has no lines."""
    told = list(_told(orders)) or [(text, "mailet") for text in _newest(document, words)]
    found = (
        Reason(REDIRECT, None, where, f"hänvisning.{redirect.id}", redirect.where)
        for redirect in redirects
        for text, where in told
        if redirect.found_in(text)
    )
    return tuple(dict.fromkeys(found))


def _told(orders: Iterable[Order]) -> Iterator[tuple[str, str]]:
    """Yield what each line calls its article, and what the register does where it knows the number."""
    for order in orders:
        for line in order.lines:
            name = line.register.name if line.register and line.article_number == line.register.number else ""
            yield f"{line.description}\n{name}", line.where or "mailet"


def _newest(document: Document, words: WordRules) -> Iterator[str]:
    mail = letter(document, words)
    yield mail.topic
    yield from (section.text.newest for section in mail.sections)
