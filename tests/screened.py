"""Screens texts by the shipped rules, for the tests of screening."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from service.rules.screening import load_screening
from service.screening.screen import Screen
from service.settings import shipped_rules
from service.values import Certainty, Document, Envelope, Finding, Piece, Zone

SENDER = "Karin Norén"
ADDRESS = "karin.noren@torsby.se"
SENT = datetime(2026, 1, 14, 9, 30, tzinfo=UTC)


@cache
def the_screen() -> Screen:
    return Screen(load_screening(shipped_rules()))


def findings(
    *pieces: str | Piece, sender: str = SENDER, address: str = ADDRESS, sent: datetime | None = SENT
) -> tuple[Finding, ...]:
    """Return what is found in a mail of these pieces; a bare text is the body's."""
    made = tuple(Piece(one, "mailets text", Zone.BODY) if isinstance(one, str) else one for one in pieces)
    return the_screen().findings(Document(Envelope(sender, address, sent_at=sent), made))


def codes(found: Iterable[Finding], certainty: Certainty) -> set[str]:
    return {finding.reason.code for finding in found if finding.reason.certainty is certainty}


def verdict(*pieces: str | Piece) -> str:
    """Return "certain", "possible" or "clean": what screening alone makes of the mail."""
    found = {finding.reason.certainty for finding in findings(*pieces)}
    return next((certainty.value for certainty in Certainty if certainty in found), "clean")


def check_digit(nine: str) -> str:
    """Return the Luhn digit of nine digits, reckoned as in Skatteverket's SKV 704."""
    products = [int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(nine)]
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


def personnummer(date6: str, serial: str) -> str:
    """Return the ten digits of the personnummer with this date (yymmdd) and birth number."""
    return date6 + serial + check_digit(date6 + serial)
