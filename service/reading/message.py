"""The parts of a mail as the standard library's lenient parser gives them, and what each says of itself.

Its modern parser raises on what mail in the wild holds, and takes minutes on what hostile mail holds.
"""

import base64
import quopri
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32
from email.utils import collapse_rfc2231_value

from service.reading import header
from service.reading.part import File

_BODIES = ("text/plain", "text/html", "text/enriched", "text/richtext")
_TELLING = {"multipart/report": "report-type", "text/calendar": "method"}
"""The types whose one parameter tells automatic mail from other."""

_NAME_CHARACTERS = 10_000
# What programs tell each other in the parameters of a part.
_MACHINE = re.compile(
    r"charset|boundary|format|delsp|type|start|start-info|size|[a-z]+-date|method|protocol|micalg|report-type"
    r"|component|smime-type|reply-type|differences|access-type|expiration|id|number|total|x-(?:mac|unix|apple)-.*"
)
_TRAILING = re.compile(rb"[ \t]+(?=\r?\n|$)")
_ODD = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What the standard library raises on odd headers and parameters (IndexError is a LookupError)."""


def parse(raw: bytes) -> Message:
    """Return the mail with these raw bytes; RecursionError where it is too deep."""
    return message_from_bytes(raw, policy=compat32)


def parts_of(message: Message) -> list[Message]:
    """Return the parts right inside; none for a part that is a text or a file."""
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def own_types(message: Message) -> Iterator[str]:
    """Yield the types of the mail's own parts, not those of a mail that it forwards."""
    kind = message.get_content_type()
    told = _parameter(message, _TELLING[kind]) if kind in _TELLING else ""
    yield f"{kind}; {_TELLING[kind]}={told.lower()}" if told else kind
    for part in parts_of(message):
        if kind.startswith("multipart/"):
            yield from own_types(part)


def names_of(part: Message) -> tuple[str, ...]:
    """Return every name that the part gives itself or its file, each in every way it is written."""
    fields = [(name.lower(), str(value)) for name, value in part.raw_items()]
    names = [value for name, value in fields if name in ("content-description", "content-location")]
    for name, value in fields:
        if name in ("content-disposition", "content-type"):
            names.extend(_parameters(value))
    return tuple(dict.fromkeys(name for name in map(_decoded, names) if name))


def file_of(part: Message, where: str) -> File:
    """Return a part without parts of its own as a file in this place."""
    name, declared = _named(part, "filename") or _named(part, "name"), part.get_content_type()
    disposition = str(part.get("content-disposition", "")).strip().lower()
    attached = disposition.startswith("attachment")
    return File(
        data=_bytes(part),
        name=name,
        where=where,
        declared=declared,
        charset=_parameter(part, "charset"),
        flowed=_parameter(part, "format").lower() == "flowed",
        joined=_parameter(part, "delsp").lower() == "yes",
        is_body=declared in _BODIES and not name and not attached,
        # What a mail program shows in the text has an id to be called by, and is not put aside as attached.
        is_inline="content-id" in part and not attached,
    )


def unwrapped(inner: Message, encoding: str) -> Message:
    """Return the mail that `inner` is the encoded text of, or `inner` where it is none."""
    try:
        if encoding == "base64" and not inner.keys():
            return parse(base64.b64decode(inner.as_bytes()))
        if encoding == "quoted-printable":
            return parse(quopri.decodestring(inner.as_bytes()))
    except _ODD:
        pass  # what was packed so badly is read as it stands
    return inner


def _parameters(field: str) -> Iterator[str]:
    """Yield the value of each parameter that a person may have written, also a second of the same name."""
    holder = Message(policy=compat32)
    holder["content-type"] = field
    try:
        found = holder.get_params([])[1:]
        yield from (
            collapse_rfc2231_value(value) for name, value in found if not _MACHINE.fullmatch(name.lower())
        )
    except _ODD:
        yield field


def _parameter(message: Message, name: str) -> str:
    try:
        return collapse_rfc2231_value(message.get_param(name, "") or "")
    except _ODD:
        return ""


def _bytes(part: Message) -> bytes:
    """Return a part's content, its transfer encoding taken off as far as it is a right one."""
    try:
        payload = _payload(part)
    except _ODD:
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _payload(part: Message) -> object:
    """Return the decoded content; white space that ends a quoted-printable line was added on the way."""
    raw = part.get_payload()
    quoted = str(part.get("content-transfer-encoding", "")).strip().lower() == "quoted-printable"
    if quoted and isinstance(raw, str) and raw.isascii():
        return quopri.decodestring(_TRAILING.sub(b"", raw.encode()))
    return part.get_payload(decode=True)


def _named(part: Message, parameter: str) -> str:
    """Return one of the two names of a file, decoded: mail programs write them in two ways and two places."""
    field = "content-disposition" if parameter == "filename" else "content-type"
    try:
        written = collapse_rfc2231_value(part.get_param(parameter, "", header=field) or "")
    except _ODD:
        return "okänt namn"
    return _decoded(written)


def _decoded(written: str) -> str:
    try:
        return header.text_of(written, _NAME_CHARACTERS)
    except header.TooLongError:
        return "okänt namn"
