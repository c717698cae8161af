"""Read a mail that Outlook saved as a file (.msg): its properties are streams named by number (MS-OXMSG)."""

import re
from collections.abc import Iterator

from compressed_rtf import decompress

from service.limits import Limits
from service.reading.charset import decode
from service.reading.gathering import clearest
from service.reading.html import read_html
from service.reading.ole import Compound
from service.reading.part import CouldNotRead, File, Read
from service.reading.plain import read_plain
from service.reading.rtf import read_rtf
from service.values import Piece, Unread, Zone

_PROPERTY = re.compile(r"(?P<at>.*?)__substg1\.0_(?P<number>[0-9A-Fa-f]{4})(?P<kind>[0-9A-Fa-f]{4})")
_ATTACHED = re.compile(r"(?:.*/)?__attach_version1\.0_#[0-9A-Fa-f]{8}/")
_INNER_MAIL = "__substg1.0_3701000D/"
_TEXTS = ("001F", "001E")
# Properties by their numbers (MS-OXPROPS).
_SUBJECT, _SENDER, _TO, _COPY, _BODY, _HTML, _RTF = "0037", "0C1A", "0E04", "0E03", "1000", "1013", "1009"
_FILE, _LONG_NAME, _SHORT_NAME, _DECLARED, _CONTENT_ID = "3701", "3707", "3704", "370E", "3712"
# What programs fill in: classes, ways, keys, addresses inside Exchange, and the whole header of the mail.
_MACHINE = frozenset(
    (
        "001A",
        "0042",
        "3FF8",
        "3FFA",
        "0C1E",
        "0064",
        "3002",
        "0075",
        "0077",
        "007D",
        "1035",
        "1039",
        "1042",
        "3703",
    )
)
_TAKEN = frozenset((_SUBJECT, _SENDER, _TO, _COPY, _BODY))
_MACHINE_VALUE = re.compile(r"/o=.*|<[^<>\s]+@[^<>\s]+>|[0-9A-Fa-f]{30,}|EX|SMTP", re.IGNORECASE)


def read_outlook(data: bytes, where: str, limits: Limits) -> Read:
    """Return all strings of the mail and its attachments; CouldNotRead where it is damaged."""
    with Compound(data) as file:
        streams = {name: file.stream(name) for name in file.names}
    mails = sorted({_mail_of(name) for name in streams})
    reads = [_mail(streams, mail, _place(where, mail), limits) for mail in mails]
    return Read(
        tuple(piece for read in reads for piece in read.pieces),
        tuple(block for read in reads for block in read.blocks),
        tuple(item for read in reads for item in read.unread),
        tuple(inner for read in reads for inner in read.files),
    )


def _mail_of(name: str) -> str:
    """Return the path of the mail that a stream belongs to: "" for the outermost."""
    return name[: name.rfind(_INNER_MAIL) + len(_INNER_MAIL)] if _INNER_MAIL in name else ""


def _place(where: str, mail: str) -> str:
    return where + " › bifogat mail" * mail.count(_INNER_MAIL)


def _mail(streams: dict[str, bytes], mail: str, where: str, limits: Limits) -> Read:
    own = {name.removeprefix(mail): data for name, data in streams.items() if _mail_of(name) == mail}
    top = {m["number"].upper(): _said(m["kind"], data) for m, data in _properties(own) if not m["at"]}
    bodies = list(_bodies(own, f"{where} › texten", limits))
    receivers = "".join(f"Till: {name}\n" for name in _words(own, "__recip_version1.0_"))
    named = zip(("Från", "Till", "Kopia"), (_SENDER, _TO, _COPY), strict=True)
    head = "".join(f"{word}: {top.get(number, '')}\n" for word, number in named) + f"{receivers}Datum:"
    pieces = [
        Piece(top.get(_SUBJECT, ""), f"{where} › ämnesraden", Zone.SUBJECT),
        Piece(head, f"{where} › brevhuvudet", Zone.HEADER),
        Piece("\n".join(_words(own, "")), f"{where} › övriga uppgifter", Zone.HEADER),
        Piece("\n".join(_words(own, "__attach_version1.0_")), f"{where} › bilagornas namn", Zone.NAME),
        *(piece for body in bodies for piece in body.pieces),
    ]
    unread = tuple(item for body in bodies for item in body.unread)
    blocks = tuple(clearest([list(body.blocks) for body in bodies]))
    files = (*_files(own, where), *(file for body in bodies for file in body.files))
    return Read(tuple(p for p in pieces if p.text.strip()), blocks, unread, files)


def _words(own: dict[str, bytes], at: str) -> tuple[str, ...]:
    """Return what a person may have written in the mail itself (""), its receivers or its attachments."""
    texts = (
        _said(match["kind"], data)
        for match, data in _properties(own)
        if (match["at"].startswith(at) if at else not match["at"])
        and match["number"].upper() not in (_MACHINE if match["at"] else _MACHINE | _TAKEN)
    )
    return tuple(dict.fromkeys(text for text in texts if text and not _MACHINE_VALUE.fullmatch(text)))


def _properties(own: dict[str, bytes]) -> Iterator[tuple[re.Match[str], bytes]]:
    for name, data in own.items():
        if match := _PROPERTY.fullmatch(name):
            yield match, data


def _said(kind: str, data: bytes) -> str:
    if kind.upper() not in _TEXTS:
        return ""
    text = data.decode("utf-16-le", "replace") if kind.upper() == "001F" else decode(data)
    return text.strip("\x00 \r\n")


def _bodies(own: dict[str, bytes], where: str, limits: Limits) -> Iterator[Read]:
    """Yield each version of the text: plain, HTML, and RTF where there is no other."""
    found = False
    for match, data in _properties(own):
        number, kind = match["number"].upper(), match["kind"].upper()
        if match["at"] or not data:
            continue
        if number == _BODY and kind in _TEXTS:
            found = True
            yield read_plain(_said(kind, data), where, Zone.ATTACHMENT)
        elif number == _HTML:
            found = True
            yield read_html(_said(kind, data) or decode(data), where, Zone.ATTACHMENT)
    packed = own.get(f"__substg1.0_{_RTF}0102", b"")
    if packed:
        read = _rtf(packed, where, limits)
        yield Read(read.pieces, () if found else read.blocks, read.unread, read.files)


def _rtf(packed: bytes, where: str, limits: Limits) -> Read:
    try:
        return read_rtf(decompress(packed), where, limits)
    except CouldNotRead as failure:
        return Read(unread=(Unread(failure.code, where, failure.text),))
    except (ValueError, LookupError, TypeError, EOFError):
        return Read(unread=(Unread("damaged", where, "Mailets text är skadad och går inte att läsa."),))


def _files(own: dict[str, bytes], where: str) -> Iterator[File]:
    attached: dict[str, dict[str, tuple[str, bytes]]] = {}
    for match, data in _properties(own):
        if _ATTACHED.fullmatch(match["at"]):
            attached.setdefault(match["at"], {})[match["number"].upper()] = (match["kind"], data)
    for properties in attached.values():
        if _FILE in properties:
            words = {number: _said(*value) for number, value in properties.items()}
            name = words.get(_LONG_NAME) or words.get(_SHORT_NAME, "")
            place = f"{where} › bilaga {' '.join(name.split())}".rstrip()
            declared = words.get(_DECLARED, "").lower()
            yield File(properties[_FILE][1], name, place, declared, is_inline=bool(words.get(_CONTENT_ID)))
