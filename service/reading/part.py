"""What every reader is given and gives back, and the one fault it may raise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from service.limits import Limits
from service.values import Paragraphs, Piece, Table, Unread


@dataclass(frozen=True, slots=True)
class File:
    """A part of a mail, or a file inside another file: its bytes, its place, and what is said of it.

    `declared` is its type in lower case, empty where nothing declares one; `is_body` where it is text that a
    mail program shows as the mail, `is_inline` where it is a picture that a mail program shows in the text.
    """

    data: bytes
    name: str
    where: str
    declared: str = ""
    charset: str = ""
    flowed: bool = False
    joined: bool = False
    is_body: bool = False
    is_inline: bool = False

    def is_named(self, *endings: str) -> bool:
        """Whether the file's name ends so."""
        return self.name.lower().endswith(endings)

    def placed(self, where: str) -> "File":
        """Return the same file in another place."""
        return replace(self, where=where)


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of one part.

    Every string in `pieces`, the layout for ordering in `blocks`, what it could not read in `unread`, and in
    `files` what stands inside and is a file of its own: whoever called reads those in their turn.
    """

    pieces: tuple[Piece, ...] = ()
    blocks: tuple[Paragraphs | Table, ...] = ()
    unread: tuple[Unread, ...] = ()
    files: tuple[File, ...] = ()


Reader = Callable[[bytes, str, Limits], Read]
"""Bytes, their place and what may still be spent on them → what was read; raises CouldNotRead alone."""


class CouldNotRead(Exception):  # noqa: N818 -- failure as data, raised over many frames
    """A part that cannot be screened: a short `code` and a Swedish sentence `text` that says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
