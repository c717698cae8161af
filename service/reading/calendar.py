"""Calendar entries (RFC 5545) and visiting cards (RFC 6350): every value unfolded and unescaped."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from service.limits import Limits
from service.reading.charset import decode
from service.reading.html import read_html
from service.reading.part import File, Read
from service.values import Piece, Zone

_FOLD = re.compile(rb"\r?\n[ \t]")
_SOFT_BREAK = re.compile(rb"=\r?\n")
_LINE = re.compile(r"([A-Za-z0-9.-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")
# What programs count and stamp: moments, identities, and rules of time zones.
_MACHINE = re.compile(
    r"(?:TZID=[^:]*:)?\d{8}(?:T\d{6}Z?)?(?:/P\w+)?|[0-9A-Fa-f]{40,}|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?(?:@\S*)?"
)
_BINARY = re.compile(r"ENCODING=(?:B\b|BASE64)|;BASE64\b", re.IGNORECASE)
_QUOTED = re.compile(r"QUOTED-PRINTABLE", re.IGNORECASE)


def read_calendar(data: bytes, where: str, _limits: Limits) -> Read:
    """Return the words of each property, and the pictures and files that are packed into them.

    Nothing of it is laid out for ordering: an order that stands in a meeting alone is for a person.
    """
    said: list[str] = []
    files: list[File] = []
    for name, parameters, value in _properties(data):
        if _BINARY.search(parameters):
            files.append(_packed(name, value, where))
            said.append(parameters)
        elif not _MACHINE.fullmatch(value.strip()):
            said.extend((parameters, _plain(name, parameters, value)))
    text = "\n".join(words.strip() for words in said if words.strip())
    return Read((Piece(text, where, Zone.ATTACHMENT),) if text else (), (), (), tuple(files))


def _properties(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield (name, parameters, raw value) of each property; a line that is none is all value."""
    whole = _FOLD.sub(b"", data)
    if _QUOTED.search(decode(data[:100_000])):
        whole = _SOFT_BREAK.sub(b"", whole)
    for line in decode(whole).splitlines():
        match = _LINE.fullmatch(line)
        yield (match[1].upper(), match[2], match[3]) if match else ("", "", line)


def _plain(name: str, parameters: str, value: str) -> str:
    if _QUOTED.search(parameters):
        value = decode(quopri.decodestring(value.encode()))
    value = _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)
    if name == "X-ALT-DESC":
        return "\n".join(piece.text for piece in read_html(value, "").pieces)
    return value.replace(";", " ") if name in ("N", "ADR", "ORG") else value


def _packed(name: str, value: str, where: str) -> File:
    try:
        content = base64.b64decode(re.sub(r"\s", "", value), validate=True)
    except (binascii.Error, ValueError):
        content = value.encode()
    return File(content, "", f"{where} › {name.lower()}", is_inline=name in ("PHOTO", "LOGO"))
