"""OLE compound files, in which the older programs of Office store theirs: streams, properties, macros."""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from types import TracebackType
from typing import Self

import olefile

from service.reading.part import CouldNotRead

BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What olefile was seen to raise on twisted files."""

MOST_PICTURES = 30
DAMAGED = "Filen är skadad och går inte att läsa."
_BYTE_RUN = re.compile(rb"[\t\r\n\x20-\x7e\x80\x85\x91-\x97\xa0-\xff]{3,}")
_WIDE_RUN = re.compile(rb"(?:[\t\r\n\x20-\x7e\xa0-\xff]\x00|[\x13\x14\x18\x19\x1c\x1d\x20-\x22\x26]\x20){3,}")
# Of a run that is no text by chance, few signs are letters and digits of Swedish.
_PLAIN = re.compile(r"[A-Za-z0-9ÅÄÖåäöÉéÜü @.,:;/_+()'\n\t-]")
_PLAIN_SHARE = 0.75
_SHORTEST = 4
_MACRO = b"\x00Attribut"
_WHOLE_PICTURES = re.compile(
    rb"\x89PNG\r\n\x1a\n.*?IEND.{4}|\xff\xd8\xff[\xe0-\xef\xdb].*?\xff\xd9", re.DOTALL
)
_PICTURES = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xe0-\xef\xdb]")


class Compound:
    """An open compound file; CouldNotRead where it is twisted."""

    def __init__(self, data: bytes) -> None:
        try:
            self._ole = olefile.OleFileIO(BytesIO(data))
            self.names = tuple("/".join(path) for path in self._ole.listdir())
        except BROKEN as fault:
            raise CouldNotRead("damaged", DAMAGED) from fault

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        """Close it."""
        self._ole.close()

    def stream(self, name: str) -> bytes:
        """Return the stream, empty where there is none."""
        try:
            if name not in self.names:
                return b""
            return bytes(self._ole.openstream(name).read())
        except BROKEN as fault:
            raise CouldNotRead("damaged", DAMAGED) from fault


def runs(data: bytes) -> str:
    """Return what reads as text in binary data, a line each: runs of Windows-1252 and of UTF-16.

    Pictures are left out, for `pictures_in` gives them.
    """
    data = _WHOLE_PICTURES.sub(b"\0", data)
    wide = [match[0].decode("utf-16-le") for match in _WIDE_RUN.finditer(data)]
    wide += [match[0].decode("utf-16-le") for match in _WIDE_RUN.finditer(data[1:])]
    plain = [match[0].decode("cp1252", "replace") for match in _BYTE_RUN.finditer(data)]
    return "\n".join(dict.fromkeys(text.strip() for text in (*wide, *plain) if _is_told(text.strip())))


def _is_told(text: str) -> bool:
    return len(text) >= _SHORTEST and len(_PLAIN.findall(text)) >= _PLAIN_SHARE * len(text)


def pictures_in(data: bytes) -> Iterator[bytes]:
    """Yield each picture that stands whole in binary data, with what follows it: its reader finds its end."""
    starts = [match.start() for match in _PICTURES.finditer(data)]
    if len(starts) > MOST_PICTURES:
        raise CouldNotRead("picture", "Filen håller för många bilder för att granskas.")
    for start in starts:
        yield data[start:]


def macros_in(data: bytes) -> Iterator[str]:
    """Yield the source of each macro in a stream: it is packed, and begins with the word Attribute."""
    at = data.find(_MACRO)
    while at > 2:
        yield _unpacked(data, at - 2).decode("cp1252", "replace")
        at = data.find(_MACRO, at + 1)


def _unpacked(data: bytes, at: int) -> bytes:
    """Return a run of chunks as MS-OVBA 2.4.1.3 says: each 4,096 bytes, flags before eight tokens."""
    out = bytearray()
    while at + 2 <= len(data):
        head = int.from_bytes(data[at : at + 2], "little")
        if head >> 12 & 7 != 3:
            break
        end = min(at + (head & 0xFFF) + 3, len(data))
        out += data[at + 2 : end] if not head >> 15 else _chunk(data, at + 2, end)
        at = end
    return bytes(out)


def _chunk(data: bytes, at: int, end: int) -> bytes:
    out = bytearray()
    while at < end:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= end:
                break
            if flags >> bit & 1:
                token, at = int.from_bytes(data[at : at + 2], "little"), at + 2
                size = max(4, (len(out) - 1).bit_length())
                back, count = (token >> (16 - size)) + 1, (token & (0xFFFF >> size)) + 3
                if back > len(out):
                    return bytes(out)
                for _ in range(count):
                    out.append(out[-back])
            else:
                out.append(data[at])
                at += 1
    return bytes(out)
