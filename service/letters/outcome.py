"""What became of one attempt to send a letter. `code` is short and our own: never a server's text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the letter (250)."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """It may work later: a 4xx answer, no connection, no TLS, no sign-in."""

    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never work: a 5xx answer about this recipient or this letter."""

    code: str


Outcome = Sent | TryLater | Refused
