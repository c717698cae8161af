"""The letters that the service has sent through the embedded pair, read back with their envelopes."""

import email
import imaplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.demo.servers import Servers

SENT = "Skickade brev"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a mail server took it over; `sender` is the envelope's, "" for none."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message_id(self) -> str:
        """The letter's Message-ID with its angle brackets."""
        return str(email.message_from_bytes(self.raw)["Message-ID"])


def note_envelope(raw: bytes, sender: str, recipients: Iterable[str] = ()) -> bytes:
    """Put the envelope before the mail as delivery agents do: Delivered-To lines, then Return-Path."""
    trace = [*(f"Delivered-To: {address}" for address in recipients), f"Return-Path: <{sender}>"]
    return "".join(f"{line}\r\n" for line in trace).encode() + raw


def noted_letter(raw: bytes) -> Letter:
    """Take off again the envelope that `note_envelope` put before a letter."""
    recipients: list[str] = []
    while True:
        line, _, raw = raw.partition(b"\r\n")
        name, _, value = line.decode().partition(": ")
        if name != "Delivered-To":
            return Letter(value.removeprefix("<").removesuffix(">"), tuple(recipients), raw)
        recipients.append(value)


def sent_letters(servers: "Servers") -> tuple[Letter, ...]:
    """Return every letter sent so far, oldest first, over a connection of its own."""
    trust = ssl.create_default_context(cafile=servers.ca_file)
    client = imaplib.IMAP4(servers.host, servers.imap_port, timeout=SECONDS)
    try:
        client.starttls(trust)
        client.login(servers.user, servers.password)
        client.select(f'"{SENT}"', readonly=True)
        _, answers = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return tuple(noted_letter(answer[1]) for answer in answers if isinstance(answer, tuple))
    finally:
        client.shutdown()
