"""What a mail says beside its lines: contact at the place, cost centre, reference, hurry, substitutes."""

import re
from collections.abc import Iterable
from datetime import date

from service.ordering.dates import Wish
from service.ordering.patterns import either
from service.rules.ordering import OrderingRules
from service.values import Delivery

_PHONE = re.compile(r"(?<![\d-])(?:\+46|0)[\d()][\d ()/–-]{4,14}\d(?!\d)")
_NAME = r"[A-ZÅÄÖ][\w'’-]{1,30}(?: [A-ZÅÄÖ][\w'’-]{1,30}){0,2}"
_CODE = r"[A-ZÅÄÖ]{0,4}\d[\w./-]{1,20}"


class Details:
    """Reads them by the words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        words = rules.words
        self._contact = _labelled(words.contact_labels, r"(?P<rest>[^\n]{0,100})", re.IGNORECASE)
        self._name = re.compile(rf"\s*({_NAME})")
        self._phone = _labelled(words.phone_labels, rf"(?P<rest>{_PHONE.pattern})", re.IGNORECASE)
        self._cost_centre = _labelled(words.cost_centre_labels, rf"(?P<rest>{_CODE})", re.IGNORECASE)
        self._reference = _labelled(words.reference_labels, rf"(?P<rest>{_CODE}|{_NAME})")
        self._urgent = _any_of(words.urgent)
        self._not_urgent = _any_of(words.not_urgent)
        self._substitute, self._no_substitute = _any_of(words.substitute), _any_of(words.no_substitute)

    def urgent(self, text: str, wish: Wish | None, sent: date | None) -> bool:
        """Whether it cannot wait: said so, or wanted the day it was sent; a polite hurry is none."""
        today = wish is not None and wish.day is not None and wish.day == sent
        return today or self._urgent.search(self._not_urgent.sub(" ", text)) is not None

    def delivery(self, text: str, wish: Wish | None) -> Delivery:
        """Return what the text says of the delivery."""
        contact = _rest(self._contact, text)
        named = self._name.match(contact)
        phone = _PHONE.search(contact) or _PHONE.match(_rest(self._phone, text))
        return Delivery(
            contact_person=named[1] if named else "",
            contact_phone=phone[0] if phone else "",
            cost_centre=_rest(self._cost_centre, text),
            reference=_rest(self._reference, text),
            wish=wish.text if wish else "",
            first=wish.first if wish else None,
            last=wish.last if wish else None,
            substitute=bool(self._substitute.search(text) and not self._no_substitute.search(text)),
        )


def _labelled(labels: Iterable[str], value: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern of a label and the value after it."""
    return re.compile(
        rf"(?<!\w)(?i:{either(labels)})(?:(?:numme)?r)?(?![\wåäö])\.?[ \t]?[:=]?[ \t]{{0,3}}{value}", flags
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{either(words)})\b", re.IGNORECASE)


def _rest(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found["rest"].strip() if found else ""
