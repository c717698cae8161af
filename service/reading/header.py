"""The header of a mail: who sent it, when, about what, and every string that a person may have written.

The header is read from the raw bytes by the lenient policy, because the modern one raises on what mail in
the wild holds, and takes minutes on what hostile mail holds.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from service.reading.charset import decode
from service.values import Envelope, Piece, Zone

ADDRESS = r"[^\s<>@,;:\"()\[\]\\]+@[A-Za-z0-9.-]+"
_ANGLE = re.compile(rf"(?P<name>[^<>]*)<\s*(?P<address>{ADDRESS})\s*>\s*(?:\([^()]*\))?\s*", re.DOTALL)
_BARE = re.compile(rf"\s*(?P<address>{ADDRESS})\s*(?:\((?P<name>[^()]*)\))?\s*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*\?=')
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,}>")
_MESSAGE_IDS = 50
_LAYERS = 2
# Fields that machines write about the mail's way and form; nobody writes a patient's name in them.
_TRACE = re.compile(
    r"(?:arc-|received|return-path|delivered-to|dkim-|domainkey-|authentication-results|mime-version|message-id"
    r"|in-reply-to|references|content-type|content-transfer-encoding|content-id|thread-index|date$"
    r"|resent-date|resent-message-id|msip_labels|autocrypt|feedback-id|x-ms-|x-microsoft-|x-forefront-"
    r"|x-google-|x-face)"
)
# Fields that machines write too, but that a program lets a person write as well, and shows to the receiver.
_OFTEN_MACHINE = re.compile(
    r"(?:x-|list-|content-language|auto-submitted|precedence|user-agent|importance|priority)"
)
_SPOKEN = re.compile(
    r"x-(?:[\w-]+-)?(?:subject|topic|title|keywords?|categor(?:y|ies)|labels?|flag|notes?|comments?|description)"
)
_IDENTITY = re.compile(r"(?<![\w.-])(?:19)?\d{6}[-+]\d{4}(?![\w.-])")
_APART = ("subject", "from")
"""Fields of a mail's own header that are pieces by themselves."""

_NAMES = {"to": "Till", "cc": "Kopia", "bcc": "Hemlig kopia", "reply-to": "Svar till", "sender": "Skickat av"}


class TooLongError(Exception):
    """A header field is longer than what is read."""


def text_of(value: object, longest: int) -> str:
    """Return a field's value decoded (RFC 2047) and on one line; TooLongError beyond `longest` characters."""
    raw = _unescaped(str(value))
    if len(raw) > longest:
        raise TooLongError
    raw = " ".join(raw.split())
    # A gateway may encode what was encoded already.
    for _ in range(_LAYERS):
        if "=?" in raw:
            raw = _decoded(raw)
    return raw


def _decoded(raw: str) -> str:
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError):  # base64 that is none: what stands there is all there is
        return raw
    return "".join(part if isinstance(part, str) else decode(part, name or "") for part, name in parts)


def envelope(message: Message, part_types: tuple[str, ...], longest: int) -> Envelope:
    """Return what the header says; a field that is too long is left empty, for `sweep` tells of it."""
    headers = tuple((name.lower(), _short(value, longest)) for name, value in message.raw_items())
    name, address = _sender([value for key, value in _raw_fields(message) if key == "from"], longest)
    fields = dict(reversed(headers))
    references = [*_ids(fields.get("references", "")), *_ids(fields.get("in-reply-to", ""))]
    return Envelope(
        sender_name=name,
        sender_address=address,
        subject=fields.get("subject", ""),
        sent_at=_moment(fields.get("date", "")),
        message_id=next(iter(_ids(fields.get("message-id", ""))), ""),
        references=tuple(dict.fromkeys(references)),
        headers=headers,
        part_types=part_types,
    )


def sweep(message: Message, longest: int) -> Iterator[Piece]:
    """Yield every field that a person may have written, also a second Subject; TooLongError for one too long.

    The names of the other receivers stand as in a quoted header, where they are taken for colleagues.
    """
    for name, value in _raw_fields(message):
        if name == "subject":
            yield Piece(text_of(value, longest), "ämnesraden", Zone.SUBJECT)
        elif name == "from":
            yield Piece(f"Från: {text_of(value, longest)}\nDatum:", "avsändaren", Zone.SENDER)
    written = [_line(*field) for field in _written(message, longest, apart=_APART)]
    if written:
        yield Piece("\n".join(("Datum:", *written)), "brevhuvudet", Zone.HEADER)


def of_part(part: Message, longest: int) -> str:
    """Return the fields of a part that a person may have written, other than its names and its type."""
    written = _written(part, longest)
    return "\n".join(_line(name, value) for name, value in written if not name.startswith("content-"))


def _written(message: Message, longest: int, apart: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each field that a person may have written, decoded, without those that are read apart."""
    for name, raw in _raw_fields(message):
        if name in apart or _TRACE.match(name):
            continue
        if _is_written(name, value := text_of(raw, longest)):
            yield name, value


def _line(name: str, value: str) -> str:
    return f"{_NAMES.get(name, name.capitalize())}: {value}"


def _is_written(name: str, value: str) -> bool:
    """Whether a person may have written the field: machines write in ASCII, and no identity numbers."""
    if not _OFTEN_MACHINE.match(name) or _SPOKEN.fullmatch(name) or _IDENTITY.search(value):
        return True
    return not value.isascii() and "@" not in value  # a name beside an address is that of who writes


def _raw_fields(message: Message) -> Iterator[tuple[str, str]]:
    # The usual items() turn raw 8-bit values into question marks.
    for name, value in message.raw_items():
        yield name.lower(), str(value)


def _unescaped(raw: str) -> str:
    """Return a raw 8-bit header as text: the parser keeps its bytes as surrogates."""
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        return decode(raw.encode("utf-8", "surrogateescape"))
    return raw


def _short(value: object, longest: int) -> str:
    try:
        return text_of(value, longest)
    except TooLongError:
        return ""


def _sender(values: list[str], longest: int) -> tuple[str, str]:
    """Return name and address of the one sender; no address where it can be read in two ways.

    `boss@region.se<evil@x>` is evil@x, and two senders are none.
    """
    if len(values) != 1 or len(values[0]) > longest:
        return "", ""
    raw = " ".join(_unescaped(values[0]).split())
    found = _ANGLE.fullmatch(raw) or _BARE.fullmatch(raw)
    if found is None or "," in _QUOTED.sub("", found["name"] or ""):
        return text_of(raw, longest), ""
    name = text_of(found["name"] or "", longest).strip().strip("\"'").replace("\\", "")
    return name, found["address"].lower()


def _ids(text: str) -> list[str]:
    return _MESSAGE_ID.findall(text)[:_MESSAGE_IDS]


def _moment(text: str) -> datetime | None:
    """Return the time in UTC; None where there is none or it cannot be."""
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
