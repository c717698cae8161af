"""Reads what a mail asks about an earlier order: a change, a cancellation, a question, more, thanks.

Whether there is such an order is the ledger's to tell; what is read here is only ever proposed to a person.
"""

import re
from collections.abc import Iterator, Sequence

from service.ordering.changes import ChangeReader
from service.ordering.commands import newest_lines, order_numbers
from service.ordering.newest import letter
from service.rules.follow_ups import FollowUpRules
from service.rules.ordering import OrderingRules, Phrase
from service.values import Ask, Document, FollowUp, Order

_WORD = re.compile(r"[^\W\d_]+")
_NEGATION = re.compile(r"\b(?:inte|ej|aldrig)\b", re.IGNORECASE)
_BESIDE = 20
"""Signs before and after a word of cancelling in which a negation turns it."""

MOST_THANKS = 40
"""Words of the longest mail that only thanks."""


class FollowUpReader:
    """Reads mails by the rules."""

    def __init__(self, rules: FollowUpRules, ordering: OrderingRules) -> None:
        self._rules, self._ordering = rules, ordering
        self.changes = ChangeReader(rules.strike, ordering.units)
        known = {phrase.id: phrase for phrase in ordering.kinds.follow_ups}
        self._asks: dict[Ask, tuple[Phrase, ...]] = {
            phrase.ask: (phrase, *(known[name] for name in phrase.kinds if name in known))
            for phrase in rules.asks
        }

    def follow_up(self, document: Document, orders: Sequence[Order]) -> FollowUp | None:
        """Return what the mail says of an earlier order; None where nothing in it points to one.

        `orders` is what was understood of it: a mail with order lines thanks for nothing else.
        """
        mail = letter(document, self._ordering.words)
        lines = newest_lines(document, self._ordering.words)
        text = "\n".join(lines)
        numbers = order_numbers(f"{mail.subject}\n{text}")
        ask = self.ask(text, thanks=not orders, subject=mail.topic)
        if not (numbers or document.envelope.references or ask is not Ask.UNCLEAR):
            return None
        changes = tuple(self.changes.read(text))
        if changes and ask in (Ask.UNCLEAR, Ask.CANCELLATION, Ask.REMINDER):
            ask = Ask.CORRECTION
        return FollowUp(ask, numbers, changes if ask is Ask.CORRECTION else ())

    def ask(self, text: str, *, thanks: bool = True, subject: str = "") -> Ask:
        """Return what the newest text asks for, or else the subject."""
        if thanks and self._only_thanks(text):
            return Ask.THANKS
        said = self._said(text)
        return next(said, next(self._said(subject), Ask.UNCLEAR))

    def _said(self, text: str) -> Iterator[Ask]:
        for ask, phrases in self._asks.items():
            found = (match for phrase in phrases for match in phrase.regex.finditer(text))
            if any(ask is not Ask.CANCELLATION or not _negated(text, match) for match in found):
                yield ask

    def _only_thanks(self, text: str) -> bool:
        if re.search(r"[?\d]", body := self._above_sign_off(text)):
            return False
        words = [word.lower() for word in _WORD.findall(body)]
        thanks = self._rules.thanks
        said = bool(thanks.words.intersection(words))
        return said and len(words) <= MOST_THANKS and all(w in thanks.words | thanks.others for w in words)

    def _above_sign_off(self, text: str) -> str:
        """Return the text above its sign-off, without the name in a greeting."""
        closings = "|".join(map(re.escape, self._ordering.words.closings))
        cut = re.search(rf"(?im)^\s*(?:(?:{closings})\b|--|/)", text)
        above = text[: cut.start()] if cut and cut.start() else text
        return re.sub(r"(?i)\A\s*(hej\w*|god \w+)[ \t]+[^\W\d_]+(?=\s*[!,.\n])", r"\1", above)


def failing_examples(rules: FollowUpRules, ordering: OrderingRules) -> Iterator[str]:
    """Yield one line for each sentence that is not read as its example says."""
    reader = FollowUpReader(rules, ordering)
    for text, change in rules.changes:
        if list(reader.changes.read(text)) != [change]:
            yield f"follow_ups.yaml: «{text}» ska läsas som {change} men gör det inte"
    for text in rules.unchanged:
        if list(reader.changes.read(text)):
            yield f"follow_ups.yaml: «{text}» läses som en ändring men ska inte göra det"


def _negated(text: str, match: re.Match[str]) -> bool:
    """Whether a negation beside the words, and not among them, says the contrary."""
    if _NEGATION.search(match[0]):
        return False
    before = text[max(0, match.start() - _BESIDE) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + _BESIDE].partition("\n")[0]
    return _NEGATION.search(before) is not None or _NEGATION.search(after) is not None
