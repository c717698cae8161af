"""What every reader gives back, and the one fault it may raise."""

from dataclasses import dataclass

from service.values import Paragraphs, Piece, Table, Unread


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of one part: every string, the layout for ordering, and what it could not read."""

    pieces: tuple[Piece, ...] = ()
    blocks: tuple[Paragraphs | Table, ...] = ()
    unread: tuple[Unread, ...] = ()


class CouldNotRead(Exception):  # noqa: N818 -- failure as data, raised over many frames
    """A part that cannot be screened: a short `code` and a Swedish sentence `text` that says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
