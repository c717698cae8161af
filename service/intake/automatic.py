"""Tells automatic mail from what a person wrote, by its headers and the types of its parts alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.rules.automatic import AutomaticRules, Sign
from service.values import Envelope


@dataclass(frozen=True, slots=True)
class Automatic:
    """What the signs add up to.

    `certain`: nobody wrote this; it is ignored. `suspected`: one sign that a person's mail can also carry
    ("SV: Undeliverable: beställning"); a person looks. Any sign at all, and the mail is not answered.
    """

    certain: bool
    suspected: bool
    signs: tuple[str, ...]


def automatic(envelope: Envelope, rules: AutomaticRules) -> Automatic:
    """Weigh every sign of automatic mail in the envelope."""
    seen = [sign for sign in rules.signs if any(sign.fits(value) for value in _values(envelope, sign))]
    strong = [sign.id for sign in seen if sign.strength == "strong"]
    medium = [sign.id for sign in seen if sign.strength == "medium"]
    if len(envelope.all("received")) > rules.max_received:
        strong.append("slinga")
    certain = bool(strong) or len(medium) >= 2
    weak = [sign.id for sign in seen if sign.strength == "weak"]
    return Automatic(certain, bool(medium) and not certain, (*strong, *medium, *weak))


def _values(envelope: Envelope, sign: Sign) -> Iterator[str]:
    for header in sign.header.split("|"):
        yield from envelope.part_types if header == "part" else envelope.all(header)
