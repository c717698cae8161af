"""Raw bytes to a document: walks every part of a mail and hands each to its reader.

What cannot be read is told as Unread, never passed over: one such part and a person reads the whole mail.
"""

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value

from service.reading import header
from service.reading.charset import decode
from service.reading.leaf import Leaf, read_leaf
from service.reading.part import Read
from service.values import Document, Limits, Paragraphs, Piece, Table, Unread, Zone

Block = Paragraphs | Table

BODY = "mailets text"
_BODIES = ("text/plain", "text/html")
_REPORTS = ("message/delivery-status", "message/disposition-notification", "message/feedback-report")
_TELLING = {"multipart/report": "report-type", "text/calendar": "method"}
"""The types whose one parameter tells automatic mail from other."""

_NAME_CHARACTERS = 10_000
_ODD = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What the standard library raises on odd headers and parameters (IndexError is a LookupError)."""


def read(raw: bytes, limits: Limits) -> Document:
    """Return every string of the mail with its place, and what could not be read; never raises on a mail."""
    try:
        message = message_from_bytes(raw, policy=compat32)
        walk = _Walk(limits)
        walk.mail(message, "", depth=0)
        types = tuple(_own_types(message))
    except RecursionError:
        message = BytesHeaderParser(policy=compat32).parsebytes(raw)
        walk = _Walk(limits)
        walk.refuse("too_deep", "mailet", "Mailet är packat i alltför många lager och kunde inte granskas.")
        types = ()
    envelope = header.envelope(message, types, limits.header_line_bytes)
    return Document(envelope, tuple(walk.pieces), tuple(walk.blocks), tuple(walk.unread))


def _clearest(versions: list[list[Block]]) -> list[Block]:
    """Choose the version whose layout tells most: one with a table, else the first that is whole."""
    for blocks in versions:
        if any(isinstance(block, Table) and len(block.rows) > 1 for block in blocks):
            return blocks
    longest = max((_length(blocks) for blocks in versions), default=0)
    # A program that writes html alone puts "this mail needs html" into the plain text.
    return next((blocks for blocks in versions if 3 * _length(blocks) >= longest), [])


def _length(blocks: list[Block]) -> int:
    texts = (b.text if isinstance(b, Paragraphs) else " ".join(map(" ".join, b.rows)) for b in blocks)
    return sum(len(text.split()) for text in texts)


def _own_types(message: Message) -> Iterator[str]:
    """Yield the types of the mail's own parts, not those of a mail that it forwards."""
    kind = message.get_content_type()
    told = _parameter(message, _TELLING[kind]) if kind in _TELLING else ""
    yield f"{kind}; {_TELLING[kind]}={told.lower()}" if told else kind
    for part in _parts(message):
        if kind.startswith("multipart/"):
            yield from _own_types(part)


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _parameter(message: Message, name: str) -> str:
    try:
        return collapse_rfc2231_value(message.get_param(name, "") or "")
    except _ODD:
        return ""


@dataclass(slots=True)
class _Walk:
    """What has been gathered so far; `files` and `mails` number the attachments for a person."""

    limits: Limits
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    parts: int = 0
    files: int = 0
    mails: int = 0
    characters: int = 0

    def mail(self, message: Message, inside: str, depth: int) -> None:
        """Read a mail, the whole or an attached one: its header, then its parts."""
        try:
            for piece in header.sweep(message, self.limits.header_line_bytes):
                self._keep(Read((_inside(piece, inside),)))
        except header.TooLongError:
            self.refuse(
                "too_large", f"{inside}brevhuvudet", "Ett fält i brevhuvudet är för långt för att granskas."
            )
        self._part(message, inside, depth)

    def refuse(self, code: str, where: str, text: str) -> None:
        """Note a part that could not be read."""
        self.unread.append(Unread(code, where, text))

    def _part(self, part: Message, inside: str, depth: int) -> None:
        """Read one part and all within it."""
        self.parts += 1
        if self.parts > self.limits.parts or depth > self.limits.mime_depth:
            if self.parts <= self.limits.parts + 1:
                self.refuse("too_many_parts", f"{inside}mailet", "Mailet har för många delar att granska.")
            return
        kind, payload = part.get_content_type(), part.get_payload()
        if isinstance(payload, list):
            self._between(part, inside)
            if kind == "multipart/alternative":
                self._alternatives(part, inside, depth)
                return
            for inner in _parts(part):
                self._inner(inner, part, inside, depth)
        else:
            self._leaf(part, inside, depth)

    def _inner(self, inner: Message, part: Message, inside: str, depth: int) -> None:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            self._attached(inner, part, inside, depth)
        elif kind in _REPORTS:
            fields = "\n".join(f"{name}: {value}" for name, value in inner.items())
            self._keep(Read((Piece(fields, f"{inside}leveransrapporten", Zone.HEADER),)))
        else:
            self._part(inner, inside, depth + 1)

    def _alternatives(self, part: Message, inside: str, depth: int) -> None:
        """Screen every version of the text, and leave one of them for ordering."""
        before, self.blocks = self.blocks, []
        versions: list[list[Block]] = []
        for inner in _parts(part):
            self._inner(inner, part, inside, depth)
            found, self.blocks = self.blocks, []
            # An attachment may stand inside a version; it is kept whichever is chosen.
            versions.append([block for block in found if block.where == f"{inside}{BODY}"])
            before.extend(block for block in found if block.where != f"{inside}{BODY}")
        self.blocks = [*_clearest(versions), *before]

    def _between(self, part: Message, inside: str) -> None:
        """Sweep what stands before the first part and after the last, where mail programs show nothing."""
        for text in (part.preamble, part.epilogue):
            if text and text.strip():
                self._keep(Read((Piece(_characters(text), f"{inside}{BODY}, mellan delarna", Zone.HIDDEN),)))

    def _attached(self, inner: Message, part: Message, inside: str, depth: int) -> None:
        """Read an attached mail, its own transfer encoding taken off (RFC 2046 forbids one; mail has it)."""
        encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
        self.mails += 1
        self.mail(_unwrapped(inner, encoding), f"{inside}bifogat mail {self.mails} › ", depth + 1)

    def _leaf(self, part: Message, inside: str, depth: int) -> None:
        """Read one file or text, by what its bytes are."""
        leaf = _leaf_of(part)
        where = f"{inside}{BODY}" if leaf.is_body else self._place(part, leaf, inside)
        if leaf.declared.startswith("multipart/"):
            self.refuse("damaged", where, "Mailets delar går inte att skilja åt och kunde inte granskas.")
        if leaf.is_empty:
            return
        if leaf.is_mail:
            self.mail(message_from_bytes(leaf.data, policy=compat32), f"{where} › ", depth + 1)
        else:
            self._keep(read_leaf(leaf, where, self.limits))

    def _place(self, part: Message, leaf: Leaf, inside: str) -> str:
        """Name the attachment for a person, and screen each of its names."""
        self.files += 1
        names = dict.fromkeys(
            (leaf.name, _named(part, "name"), *map(str, part.get_all("content-description", [])))
        )
        where = f"{inside}filnamnet på bilaga {self.files}"
        self._keep(Read(tuple(Piece(name, where, Zone.NAME) for name in names if name)))
        if not leaf.name:
            return f"{inside}bilaga {self.files} ({leaf.declared})"
        return f"{inside}bilaga {' '.join(leaf.name.split())}"

    def _keep(self, found: Read) -> None:
        """Add what was read, up to the most that is screened."""
        self.unread.extend(found.unread)
        self.characters += sum(len(piece.text) for piece in found.pieces)
        if found.pieces and self.characters > self.limits.text_characters:
            self.refuse("too_large", found.pieces[0].where, "Texten är för lång för att granskas.")
            return
        self.pieces.extend(found.pieces)
        self.blocks.extend(found.blocks)


def _inside(piece: Piece, inside: str) -> Piece:
    """Give a header's piece its place; the sender of an attached mail is not this mail's."""
    zone = Zone.HEADER if inside and piece.zone is Zone.SENDER else piece.zone
    return replace(piece, where=f"{inside}{piece.where}", zone=zone)


def _unwrapped(inner: Message, encoding: str) -> Message:
    """Return the mail that `inner` is the encoded text of, or `inner` where it is none."""
    try:
        if encoding == "base64" and not inner.keys():
            return message_from_bytes(base64.b64decode(inner.as_bytes()), policy=compat32)
        if encoding == "quoted-printable":
            return message_from_bytes(quopri.decodestring(inner.as_bytes()), policy=compat32)
    except _ODD:
        pass  # what was packed so badly is read as it stands
    return inner


def _leaf_of(part: Message) -> Leaf:
    name, declared = _named(part, "filename") or _named(part, "name"), part.get_content_type()
    disposition = str(part.get("content-disposition", "")).strip().lower()
    return Leaf(
        data=_bytes(part),
        name=name,
        declared=declared,
        charset=_parameter(part, "charset"),
        flowed=_parameter(part, "format").lower() == "flowed",
        joined=_parameter(part, "delsp").lower() == "yes",
        is_body=declared in _BODIES and not name and not disposition.startswith("attachment"),
    )


def _bytes(part: Message) -> bytes:
    """Return a part's content, its transfer encoding taken off as far as it is a right one."""
    try:
        payload = part.get_payload(decode=True)
    except _ODD:
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _named(part: Message, parameter: str) -> str:
    """Return one of the two names of a file, decoded: mail programs write them in two ways and two places."""
    field = "content-disposition" if parameter == "filename" else "content-type"
    try:
        written = collapse_rfc2231_value(part.get_param(parameter, "", header=field) or "")
        return header.text_of(written, _NAME_CHARACTERS)
    except (*_ODD, header.TooLongError):
        return "okänt namn"


def _characters(text: str) -> str:
    return decode(text.encode("utf-8", "surrogateescape"))
