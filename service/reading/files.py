"""One part of a mail without parts of its own: a text or a file, read by what its bytes are."""

from dataclasses import dataclass

from service.reading.charset import decode, hides_digits
from service.reading.delimited import read_csv
from service.reading.html import read_html
from service.reading.kind import FileKind, file_kind
from service.reading.part import CouldNotRead, Read
from service.reading.pdf import read_pdf
from service.reading.plain import read_plain
from service.reading.spreadsheet import read_xlsx
from service.reading.word import read_docx
from service.values import Limits, Piece, Unread, Zone

_READERS = {FileKind.XLSX: read_xlsx, FileKind.DOCX: read_docx, FileKind.PDF: read_pdf}
_TEXTS = frozenset((FileKind.TEXT, FileKind.HTML, FileKind.MAIL))
_LETTERED = frozenset((FileKind.CALENDAR, FileKind.XML))
_CODES = {FileKind.PICTURE: "picture", FileKind.ENCRYPTED: "encrypted", FileKind.DAMAGED: "damaged"}
_SIGNATURES = frozenset(
    ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
)
SIGNATURE_BYTES = 30_000
"""A detached signature with its chain of certificates is smaller; what is larger is something else."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part's content, its transfer encoding taken off, and what the mail says of it.

    `declared` is its type in lower case; `is_body` where it is text that a mail program shows as the mail.
    """

    data: bytes
    name: str
    declared: str
    charset: str
    flowed: bool
    joined: bool
    is_body: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read: no sign at all, or a signature kept beside what it signs."""
        return not self.data.strip() or (self.declared in _SIGNATURES and len(self.data) <= SIGNATURE_BYTES)

    @property
    def is_mail(self) -> bool:
        """Whether it is a whole mail kept as a file."""
        return not self.is_body and file_kind(self.data) is FileKind.MAIL

    def is_named(self, *endings: str) -> bool:
        """Whether the file's name ends so."""
        return self.name.lower().endswith(endings)


def read_leaf(leaf: Leaf, where: str, limits: Limits) -> Read:
    """Return all strings of the part, its layout, and what in it could not be read."""
    if len(leaf.data) > limits.mail_bytes:
        return _unread("too_large", where, "Bilagan är för stor för att granskas.")
    kind = file_kind(leaf.data)
    try:
        if kind in _READERS:
            return _READERS[kind](leaf.data, where, limits)
        if kind in _TEXTS:
            return _text(leaf, kind, where, limits)
    except CouldNotRead as failure:
        return _unread(failure.code, where, failure.text)
    sentence = f"Bilagan är {kind} och kunde inte granskas."
    # A calendar's or an XML file's words are swept, though nobody can say what a program shows of them.
    pieces = (Piece(decode(leaf.data, leaf.charset), where, Zone.ATTACHMENT),) if kind in _LETTERED else ()
    return Read(pieces, (), (Unread(_CODES.get(kind, "not_read"), where, sentence),))


def _text(leaf: Leaf, kind: FileKind, where: str, limits: Limits) -> Read:
    zone = Zone.BODY if leaf.is_body else Zone.ATTACHMENT
    text = decode(leaf.data, leaf.charset)
    if leaf.declared == "text/html" or (kind is FileKind.HTML and leaf.declared != "text/plain"):
        found = read_html(text, where, zone)
    elif not leaf.is_body and (leaf.declared == "text/csv" or leaf.is_named(".csv", ".tsv")):
        found = read_csv(leaf.data, where, limits)
    else:
        found = read_plain(text, where, zone, flowed=leaf.flowed, joined=leaf.joined)
    pieces, unread = found.pieces, found.unread
    if hides_digits(leaf.charset):
        # Some programs show such a part by its bytes, whatever charset it claims.
        pieces = (*pieces, Piece(decode(leaf.data), f"{where}, som byte", zone))
    if not _is_understood(leaf):
        # A format of its own in letters, a program's file for one: who opens it may see something else.
        sentence = "Bilagan är av ett slag som inte kunde granskas."
        unread = (*unread, Unread("not_read", where, sentence))
    return Read(pieces, found.blocks, unread)


def _is_understood(leaf: Leaf) -> bool:
    known = ("text/plain", "text/html", "text/csv", "text/rfc822-headers")
    return leaf.declared in known or leaf.is_named(".txt", ".csv", ".tsv", ".htm", ".html")


def _unread(code: str, where: str, text: str) -> Read:
    return Read((), (), (Unread(code, where, text),))
