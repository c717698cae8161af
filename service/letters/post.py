"""Hands letters to the mail server over SMTP, always inside TLS: the only importer of aiosmtplib."""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import aiosmtplib

from service.ledger.tables import LetterRow
from service.letters.outcome import Outcome, Refused, Sent, TryLater

__all__ = ["Outcome", "Post", "Refused", "Relay", "Sent", "TryLater"]

# A header longer than 78 is folded by the library into encoded words, which breaks a long message-id.
UNFOLDED = SMTP_POLICY.clone(max_line_length=990)

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"

NULL_SENDER = ""
"""RFC 3834, section 3.3: an automatic answer goes out from <>, so that its bounce is answered by nobody."""

NOT_SIGNED_IN = 530
"""RFC 4954, section 6: our own fault, not the recipient's."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our letters; `sender` is the desk's address, shown as From."""

    host: str
    port: int
    tls: Literal["starttls", "implicit"]
    user: str
    password: str
    ca_file: Path | None
    timeout_seconds: float
    sender: str


class Post:
    """One kept connection. `trouble` is the code of why the server cannot be used, empty while it can."""

    def __init__(self, relay: Relay) -> None:
        self.trouble = ""
        self._relay = relay
        self._client: aiosmtplib.SMTP | None = None
        self._envelope_sender = NULL_SENDER

    async def send(self, letter: LetterRow) -> Outcome:
        """Hand in one letter; what goes wrong is told by the outcome and never raised."""
        try:
            raw = build(letter, self._relay.sender).as_bytes(policy=UNFOLDED)
        except (ValueError, LookupError):
            return Refused("message")
        self.trouble = await self.probe()
        if self.trouble or self._client is None:
            return TryLater(self.trouble)
        outcome = await self._hand_in(self._client, letter.recipient, raw)
        if self.trouble:
            await self.close()
        return outcome

    async def probe(self) -> str:
        """Connect unless connected, as far as signed in; return the code of what hinders, empty if nothing.

        Codes: tls, no-tls, auth, timeout, connect, ca-file, or the server's number.
        """
        if self._client is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.rset()
                return ""
            await self.close()
        try:
            context = ssl.create_default_context(cafile=self._relay.ca_file)
        except OSError:
            return "ca-file"
        return await self._connect(context)

    async def close(self) -> None:
        """Part from the server, politely where that works."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=2)
            client.close()

    async def _connect(self, context: ssl.SSLContext) -> str:
        """Open, secure and sign in, step by step, so that each fault has its own code."""
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            timeout=relay.timeout_seconds,
            use_tls=relay.tls == "implicit",
            start_tls=False,
            tls_context=context,
        )
        try:
            await client.connect()
            hinder = await _secure(client, relay)
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            hinder = _code(fault)
        if hinder:
            client.close()
        else:
            self._client = client
        return hinder

    async def _hand_in(self, client: aiosmtplib.SMTP, recipient: str, raw: bytes) -> Outcome:
        try:
            refused, _ = await client.sendmail(self._envelope_sender, [recipient], raw)
        except aiosmtplib.SMTPSenderRefused as fault:
            return await self._other_sender(client, recipient, raw, fault.code)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            return self._answered(fault.recipients[0].code)
        except aiosmtplib.SMTPResponseException as fault:
            return self._answered(fault.code)
        except (UnicodeError, ValueError):
            return Refused("address")
        except (aiosmtplib.SMTPException, OSError) as fault:
            self.trouble = _code(fault)
            return TryLater(self.trouble)
        return self._answered(next(iter(refused.values())).code) if refused else Sent()

    async def _other_sender(self, client: aiosmtplib.SMTP, recipient: str, raw: bytes, code: int) -> Outcome:
        """Use the desk's address from now on where the server refuses the null sender for good."""
        if code >= 500 and code != NOT_SIGNED_IN and self._envelope_sender == NULL_SENDER:
            self._envelope_sender = self._relay.sender
            return await self._hand_in(client, recipient, raw)
        self.trouble = str(code)
        return TryLater(self.trouble)

    def _answered(self, code: int) -> Outcome:
        """Tell a server's answer about one letter; 421 and 530 are about the connection instead."""
        if code in (aiosmtplib.SMTPStatus.domain_unavailable, NOT_SIGNED_IN):
            self.trouble = str(code)
        permanent = 500 <= code < 600 and code != NOT_SIGNED_IN
        return Refused(str(code)) if permanent else TryLater(str(code))


def build(letter: LetterRow, sender: str) -> EmailMessage:
    """Return the letter as mail; ValueError where a value could not stand in a header."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, letter.recipient, letter.subject
    mail["Date"], mail["Message-ID"] = format_datetime(letter.queued_at), letter.header_id
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
    if letter.references:
        mail["References"] = letter.references
    # RFC 3834, section 5: "auto-replied" answers a mail; a digest or a reminder comes of itself.
    mail["Auto-Submitted"] = "auto-replied" if letter.in_reply_to or letter.message_id else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.attachment is not None:
        mail.add_attachment(
            letter.attachment, maintype="application", subtype=XLSX, filename=letter.attachment_name
        )
    # Last, because add_alternative moves every Content-* field into the first part.
    mail["Content-Language"] = "sv"
    return mail


async def _secure(client: aiosmtplib.SMTP, relay: Relay) -> str:
    """Demand TLS, then sign in; return the code of what hinders."""
    if relay.tls == "starttls":
        await client.ehlo()
        if not client.supports_extension("starttls"):
            return "no-tls"
        await client.starttls()
        await client.ehlo()
    if relay.user:
        try:
            await client.login(relay.user, relay.password)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
            raise
        except aiosmtplib.SMTPException:
            return "auth"
    return ""


def _code(fault: Exception) -> str:
    """Return our short code for a fault; the library wraps a bad certificate, so its causes are asked too."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return str(fault.code)
    return "timeout" if isinstance(fault, TimeoutError) else "connect"
