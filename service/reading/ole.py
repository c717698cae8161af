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

DAMAGED = "Filen är skadad och går inte att läsa."
_BYTE_RUN = re.compile(rb"[\t\r\n\x20-\x7e\x80\x85\x91-\x97\xa0-\xff]{3,}")
_WIDE_RUN = re.compile(rb"(?:[\t\r\n\x20-\x7e\xa0-\xff]\x00|[\x13\x14\x18\x19\x1c\x1d\x20-\x22\x26]\x20){3,}")
_TELLING = re.compile(r"\w.*\w", re.DOTALL)
_MACRO = b"\x00Attribut"
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
    """Return what reads as text in binary data, a line each: runs of Windows-1252 and of UTF-16."""
    wide = [match[0].decode("utf-16-le") for match in _WIDE_RUN.finditer(data)]
    wide += [match[0].decode("utf-16-le") for match in _WIDE_RUN.finditer(data[1:])]
    plain = [match[0].decode("cp1252", "replace") for match in _BYTE_RUN.finditer(data)]
    return "\n".join(dict.fromkeys(text.strip() for text in (*wide, *plain) if _TELLING.search(text)))


def pictures_in(data: bytes) -> Iterator[bytes]:
    """Yield each picture that stands whole in binary data, with what follows it: its reader finds its end."""
    starts = [match.start() for match in _PICTURES.finditer(data)]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end]


def macros_in(data: bytes) -> Iterator[str]:
    """Yield the source of each macro in a stream: it is packed, and begins with the word Attribute."""
    at = data.find(_MACRO)
    while at > 2:
        yield _unpacked(data, at - 3).decode("cp1252", "replace")
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
