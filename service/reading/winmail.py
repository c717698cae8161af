"""Read winmail.dat, into which Outlook packs a whole mail for its like (MS-OXTNEF)."""

import logging
import struct
from collections.abc import Iterator

from tnefparse import TNEF
from tnefparse.tnef import TNEFAttachment

from service.limits import Limits
from service.reading.charset import decode
from service.reading.html import read_html
from service.reading.part import CouldNotRead, File, Read
from service.reading.plain import read_plain
from service.reading.rtf import read_rtf
from service.values import Piece, Zone

# What tnefparse warns of may quote the file.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL + 1)

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    UnboundLocalError,
    ValueError,
    struct.error,
)
"""What tnefparse was seen to raise on twisted files."""

_DAMAGED = "Filen winmail.dat är skadad och går inte att läsa."
_HEAD, _OBJECT = 6, 11
_MOST_OBJECTS = 2_000
_MOST_SIGNS = 100_000


def read_winmail(data: bytes, where: str, limits: Limits) -> Read:
    """Return all strings of the packed mail and its attachments; CouldNotRead where it is damaged."""
    _count(data)
    try:
        return _mail(TNEF(data), where, limits)
    except _BROKEN as fault:
        raise CouldNotRead("damaged", _DAMAGED) from fault


def _count(data: bytes) -> None:
    """Refuse a file that is cut, or of so many objects that reading them takes minutes."""
    at, count = _HEAD, 0
    while at + _OBJECT <= len(data):
        at += _OBJECT + int.from_bytes(data[at + 5 : at + 9], "little")
        count += 1
    if at != len(data):
        raise CouldNotRead("damaged", _DAMAGED)
    if count > _MOST_OBJECTS:
        raise CouldNotRead("too_large", "Filen håller för många delar för att granskas.")


def _mail(mail: TNEF, where: str, limits: Limits) -> Read:
    place = f"{where} › texten"
    bodies = []
    if mail.body:
        bodies.append(read_plain(_text(mail.body), place, Zone.ATTACHMENT))
    if mail.htmlbody:
        bodies.append(read_html(_text(mail.htmlbody), place, Zone.ATTACHMENT))
    if mail.rtfbody:
        bodies.append(read_rtf(mail.rtfbody, place, limits))
    inner = [
        _mail(one.embed, f"{where} › bifogat mail", limits)
        for one in mail.attachments
        if hasattr(one, "embed")
    ]
    about = "\n".join(dict.fromkeys(_about(mail)))
    pieces = (Piece(about, f"{where} › övriga uppgifter", Zone.HEADER),) if about else ()
    reads = [*bodies, *inner]
    return Read(
        (*pieces, *(piece for read in reads for piece in read.pieces)),
        (*bodies[0].blocks, *(block for read in inner for block in read.blocks)) if bodies else (),
        tuple(item for read in reads for item in read.unread),
        (*_files(mail, where), *(file for read in reads for file in read.files)),
    )


def _files(mail: TNEF, where: str) -> Iterator[File]:
    for attachment in mail.attachments:
        if not hasattr(attachment, "embed"):
            name = _name(attachment)
            yield File(bytes(attachment.data), name, f"{where} › bilaga {name}".rstrip())


def _name(attachment: TNEFAttachment) -> str:
    return " ".join(_text(attachment.long_filename()).split())


def _about(mail: TNEF) -> Iterator[str]:
    """Yield the subject, the names of the files, and all other words about the mail and its files."""
    yield from map(_name, mail.attachments)
    values = [one.data for one in (*mail.msgprops, *mail.mapiprops)]
    values += [one.data for attachment in mail.attachments for one in attachment.mapi_attrs]
    for value in values:
        text = _text(value) if isinstance(value, str | bytes) else ""
        if text.isprintable() and text.strip():
            yield text[:_MOST_SIGNS]


def _text(value: str | bytes) -> str:
    return (decode(value) if isinstance(value, bytes) else value).strip("\x00")
