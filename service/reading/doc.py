"""Read a doc document of Word 97 to 2003: its text by the piece table (MS-DOC 2.4.1), and all else in it."""

import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from service.limits import Limits
from service.reading.ole import DAMAGED, Compound, macros_in, pictures_in, runs
from service.reading.part import CouldNotRead, File, Read
from service.values import Paragraphs, Piece, Unread, Zone

_FLAGS, _ENCRYPTED, _OTHER_TABLE = 10, 0x0100, 0x0200
_CLX_PLACE, _TEXT_SIZE = 0x01A2, 0x004C
_BUILT_IN_PLACES = (0x00A2, 0x0112)
"""Where the head tells of the names of styles and of fonts, which read like people ("Angsana New")."""

_LONG_NUMBER = re.compile(r"(?:\d\W?){6}")
_PIECES, _FORMATS = 2, 1
_NARROW = 0x40000000
_SIGNS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\x1e": "-", "\x1f": "", "\xa0": " "}
)
_ROW_END = re.compile(r"\x07\x07")
_FIELD_CODE = re.compile(r"\x13[^\x13\x14\x15]*\x14|\x13[^\x13\x14\x15]*(?=\x15)")
_MARKS = re.compile(r"[\x01\x02\x05\x08\x13-\x15\x28]")


def read_doc(data: bytes, where: str, _limits: Limits) -> Read:
    """Read a document; CouldNotRead where it is damaged or encrypted."""
    with Compound(data) as file:
        main = file.stream("WordDocument")
        try:
            text, seen = _text(main, file)
        except struct.error as fault:
            raise CouldNotRead("damaged", DAMAGED) from fault
        streams = {name: file.stream(name) for name in file.names}
    pieces = [
        Piece(_clean(text), f"{where} › texten", Zone.ATTACHMENT),
        *_beside(_built_in(main, streams), where),
    ]
    pictures = tuple(
        File(one, "", f"{where} › bild", is_inline=True)
        for name in ("Data", "WordDocument")
        for one in pictures_in(streams.get(name, b""))
    )
    embedded = any(name.startswith("ObjectPool/") for name in streams)
    sentence = "Filen håller en inbäddad fil som inte kan granskas."
    unread = (Unread("not_read", where, sentence),) if embedded else ()
    shown = _clean(_FIELD_CODE.sub("", _ROW_END.sub("\r", text[:seen])))
    blocks = (Paragraphs(shown, where),) if shown.strip() else ()
    return Read(tuple(p for p in pieces if p.text.strip()), blocks, unread, pictures)


def _text(main: bytes, file: Compound) -> tuple[str, int]:
    """Return all text, notes and headers after the body, and the number of signs that are the body."""
    (flags,) = struct.unpack_from("<H", main, _FLAGS)
    if flags & _ENCRYPTED:
        raise CouldNotRead("encrypted", "Filen är skyddad med lösenord och kan inte granskas.")
    table = file.stream(_table_name(main))
    start, size = struct.unpack_from("<II", main, _CLX_PLACE)
    (body,) = struct.unpack_from("<I", main, _TEXT_SIZE)
    return "".join(_pieces(main, table[start : start + size])), body


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    at = 0
    while at < len(clx) and clx[at] == _FORMATS:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != _PIECES:
        raise CouldNotRead("damaged", DAMAGED)
    (size,) = struct.unpack_from("<I", clx, at + 1)
    count = (size - 4) // 12
    if count < 1 or at + 5 + size > len(clx):
        raise CouldNotRead("damaged", DAMAGED)
    places = struct.unpack_from(f"<{count + 1}I", clx, at + 5)
    for number, (begin, end) in enumerate(pairwise(places)):
        (offset,) = struct.unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * number + 2)
        length = max(0, end - begin)
        if offset & _NARROW:
            first = (offset & ~_NARROW) // 2
            yield main[first : first + length].decode("cp1252", "replace")
        else:
            yield main[offset : offset + 2 * length].decode("utf-16-le", "replace")


def _clean(text: str) -> str:
    return _MARKS.sub("", text.translate(_SIGNS))


def _table_name(main: bytes) -> str:
    return "1Table" if struct.unpack_from("<H", main, _FLAGS)[0] & _OTHER_TABLE else "0Table"


def _built_in(main: bytes, streams: dict[str, bytes]) -> dict[str, bytes]:
    """Return the streams with the names of styles and fonts cut away, but for long numbers in them."""
    name = _table_name(main)
    table = streams.get(name, b"")
    for place in _BUILT_IN_PLACES:
        start, size = struct.unpack_from("<II", main, place)
        if not _LONG_NUMBER.search(runs(table[start : start + size])):
            table = table[:start] + bytes(len(table[start : start + size])) + table[start + size :]
    return {**streams, name: table}


def _beside(streams: dict[str, bytes], where: str) -> Iterator[Piece]:
    """Yield what the text is not: earlier text that was left in the file, names, properties, macros."""
    for name, content in streams.items():
        source = "\n".join(macros_in(content))
        place = "makro" if source else "filens egenskaper" if name.startswith("\x05") else "övrigt i filen"
        yield Piece(source or runs(content), f"{where} › {place}", Zone.ATTACHMENT)
