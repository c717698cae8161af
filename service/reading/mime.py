"""Raw bytes to a document: walks every part of a mail and every file inside it, each with its reader.

What cannot be read is told as Unread, never passed over: one such part and a person reads the whole mail.
"""

from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from service.limits import Limits
from service.reading import header
from service.reading.charset import decode
from service.reading.files import is_empty, read_file
from service.reading.gathering import Block, Gathering, clearest
from service.reading.kind import FileKind
from service.reading.message import file_of, names_of, own_types, parse, parts_of, unwrapped
from service.reading.part import File, Read
from service.reading.recognise import file_kind
from service.values import Document, Piece, Zone

BODY = "mailets text"
_REPORTS = ("message/delivery-status", "message/disposition-notification", "message/feedback-report")


def read(raw: bytes, limits: Limits) -> Document:
    """Return every string of the mail with its place, and what could not be read; never raises on a mail."""
    try:
        message = parse(raw)
        walk = _Walk(Gathering(limits))
        walk.mail(message, _Level())
        types = tuple(own_types(message))
    except RecursionError:
        message = BytesHeaderParser(policy=compat32).parsebytes(raw)
        walk = _Walk(Gathering(limits))
        text = "Mailet är packat i alltför många lager och kunde inte granskas."
        walk.found.refuse("too_deep", "mailet", text)
        types = ()
    envelope = header.envelope(message, types, limits.header_line_bytes)
    found = walk.found
    return Document(envelope, tuple(found.pieces), tuple(found.blocks), tuple(found.unread))


@dataclass(frozen=True, slots=True)
class _Level:
    """How far in the walk is: `inside` begins every place, `depth` counts parts, `packed` files in files."""

    inside: str = ""
    depth: int = 0
    packed: int = 0

    def within(self, inside: str) -> "_Level":
        """Return the level inside a mail that stands in this one."""
        return replace(self, inside=inside, depth=self.depth + 1)

    @property
    def body(self) -> str:
        """The place of the mail's own text."""
        return f"{self.inside}{BODY}"


@dataclass(slots=True)
class _Walk:
    """Walks one mail; `files` and `mails` number the attachments for a person."""

    found: Gathering
    parts: int = 0
    files: int = 0
    mails: int = 0

    def mail(self, message: Message, level: _Level) -> None:
        """Read a mail, the whole or an attached one: its header, then its parts."""
        try:
            for piece in header.sweep(message, self.found.limits.header_line_bytes):
                self.found.keep(Read((_within(piece, level.inside),)))
        except header.TooLongError:
            text = "Ett fält i brevhuvudet är för långt för att granskas."
            self.found.refuse("too_large", f"{level.inside}brevhuvudet", text)
        self._part(message, level)

    def _part(self, part: Message, level: _Level) -> None:
        """Read one part and all within it."""
        if self._is_too_much(level):
            return
        if not isinstance(part.get_payload(), list):
            self._leaf(part, level)
            return
        self.found.keep_texts(names_of(part), f"{level.body}, namn på en del", Zone.NAME)
        between = (decode(_raw(text)) for text in (part.preamble, part.epilogue) if text)
        self.found.keep_texts(between, f"{level.body}, mellan delarna", Zone.HIDDEN)
        if part.get_content_type() == "multipart/alternative":
            self._alternatives(part, level)
            return
        for inner in parts_of(part):
            self._inner(inner, part, level)

    def _is_too_much(self, level: _Level) -> bool:
        """Count one more part, and tell the first that goes beyond the limits."""
        limits = self.found.limits
        self.parts += 1
        if self.parts <= limits.parts and level.depth <= limits.mime_depth:
            return False
        if self.parts <= limits.parts + 1:
            text = "Mailet har för många delar att granska."
            self.found.refuse("too_many_parts", f"{level.inside}mailet", text)
        return True

    def _inner(self, inner: Message, part: Message, level: _Level) -> None:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            # RFC 2046 forbids an attached mail an encoding of its own; mail has it.
            encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
            self.mails += 1
            place = f"{level.inside}bifogat mail {self.mails} › "
            self.mail(unwrapped(inner, encoding), level.within(place))
        elif kind in _REPORTS:
            fields = "\n".join(f"{name}: {value}" for name, value in inner.items())
            self.found.keep_texts((fields,), f"{level.inside}leveransrapporten", Zone.HEADER)
        else:
            self._labels(inner, level)
            self._part(inner, replace(level, depth=level.depth + 1))

    def _labels(self, part: Message, level: _Level) -> None:
        """Read the header of a part, in which programs keep words of their own."""
        try:
            words = header.of_part(part, self.found.limits.header_line_bytes)
        except header.TooLongError:
            text = "Ett fält på en del av mailet är för långt för att granskas."
            self.found.refuse("too_large", f"{level.body}, huvudet på en del", text)
            return
        self.found.keep_texts((words,), f"{level.body}, huvudet på en del", Zone.HEADER)

    def _alternatives(self, part: Message, level: _Level) -> None:
        """Screen every version of the text, and leave one of them for ordering."""
        before, self.found.blocks = self.found.blocks, []
        versions: list[list[Block]] = []
        for inner in parts_of(part):
            self._inner(inner, part, level)
            blocks, self.found.blocks = self.found.blocks, []
            # An attachment may stand inside a version; it is kept whichever is chosen.
            versions.append([block for block in blocks if block.where == level.body])
            before.extend(block for block in blocks if block.where != level.body)
        self.found.blocks = [*clearest(versions), *before]

    def _leaf(self, part: Message, level: _Level) -> None:
        """Read one text or file of the mail."""
        file = file_of(part, level.body)
        if file.is_body:
            self.found.keep_texts(names_of(part), f"{level.body}, namn på en del", Zone.NAME)
        else:
            file = self._named(file, part, level)
        if file.declared.startswith("multipart/"):
            text = "Mailets delar går inte att skilja åt och kunde inte granskas."
            self.found.refuse("damaged", file.where, text)
        self._file(file, level)

    def _named(self, file: File, part: Message, level: _Level) -> File:
        """Screen each name of an attachment, and return it with the place that a person knows it by."""
        self.files += 1
        self.found.keep_texts(names_of(part), f"{level.inside}filnamnet på bilaga {self.files}", Zone.NAME)
        name = " ".join(file.name.split()) or f"{self.files} ({file.declared})"
        return replace(file, where=f"{level.inside}bilaga {name}")

    def _file(self, file: File, level: _Level) -> None:
        """Read a file by what its bytes are, then every file inside it."""
        if is_empty(file):
            return
        if not file.is_body and file_kind(file.data) is FileKind.MAIL:
            self.mail(parse(file.data), level.within(f"{file.where} › "))
            return
        if level.packed > self.found.limits.archive_depth:
            text = "Filen är packad i alltför många lager och kunde inte granskas."
            self.found.refuse("too_deep", file.where, text)
            return
        found = read_file(file, self.found.left())
        self.found.keep(found)
        for inner in found.files:
            self._file(inner, replace(level, packed=level.packed + 1))


def _within(piece: Piece, inside: str) -> Piece:
    """Give a header's piece its place; the sender of an attached mail is not this mail's."""
    zone = Zone.HEADER if inside and piece.zone is Zone.SENDER else piece.zone
    return replace(piece, where=f"{inside}{piece.where}", zone=zone)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
