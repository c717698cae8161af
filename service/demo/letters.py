"""The letters that the service has sent through the embedded pair, read back with their envelopes."""

import email
import imaplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr

from service.demo.address import RECEIVER, Servers

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


def with_trace(raw: bytes, sender: str) -> bytes:
    """Return a mail to the desk as it is kept: with the trace that it came with from a file, or a new one.

    Above it stands the receiving server's word that the sender is genuine.
    """
    head = raw.partition(b"\r\n\r\n")[0]
    traced = head.lower().startswith(b"return-path:") or b"\r\nreturn-path:" in head.lower()
    named = parseaddr(str(email.message_from_bytes(head)["From"]))[1].rpartition("@")[2]
    verdict = f"Authentication-Results: {RECEIVER}; dmarc=pass header.from={named}\r\n"
    return verdict.encode() + (raw if traced else note_envelope(raw, sender))


def sent_letters(servers: Servers) -> tuple[Letter, ...]:
    """Return every letter sent so far, oldest first."""
    return tuple(noted_letter(raw) for raw in mails_in(servers, SENT))


def mails_in(servers: Servers, folder: str) -> tuple[bytes, ...]:
    """Return the mails of a folder, oldest first, over a connection of its own; none where it is missing."""
    trust = ssl.create_default_context(cafile=servers.ca_file)
    client = imaplib.IMAP4(servers.host, servers.imap_port, timeout=SECONDS)
    try:
        client.starttls(trust)
        client.login(servers.user, servers.password)
        if client.select(f'"{folder}"', readonly=True)[0] != "OK":
            return ()
        _, answers = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return tuple(answer[1] for answer in answers if isinstance(answer, tuple))
    finally:
        client.shutdown()
