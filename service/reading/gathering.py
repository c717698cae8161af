"""What has been read of a mail so far, and how much more of it may be."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from service.limits import Limits
from service.reading.links import spelled
from service.reading.part import Read
from service.values import Paragraphs, Piece, Table, Unread, Zone

Block = Paragraphs | Table


@dataclass(slots=True)
class Gathering:
    """Grows while a mail is walked; what goes beyond a limit is told as unread instead of kept."""

    limits: Limits
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    _characters: int = 0
    _unpacked: int = 0
    _files: int = 0
    _began: float = field(default_factory=time.monotonic)

    def keep(self, found: Read) -> None:
        """Add what was read, up to the most that is screened."""
        self.unread.extend(found.unread)
        pieces = [*found.pieces, *(words for piece in found.pieces for words in spelled(piece))]
        self._characters += sum(len(piece.text) for piece in pieces)
        self._unpacked += sum(len(file.data) for file in found.files)
        self._files += len(found.files)
        if pieces and self._characters > self.limits.text_characters:
            self.refuse("too_large", pieces[0].where, "Texten är för lång för att granskas.")
            return
        self.pieces.extend(pieces)
        self.blocks.extend(found.blocks)

    def keep_texts(self, texts: Iterable[str], where: str, zone: Zone) -> None:
        """Add texts for screening alone; empty ones say nothing."""
        self.keep(Read(tuple(Piece(text, where, zone) for text in texts if text.strip())))

    def refuse(self, code: str, where: str, text: str) -> None:
        """Note a part that could not be read."""
        self.unread.append(Unread(code, where, text))

    def left(self) -> Limits:
        """Return the limits for the next file: what the files before it have not used up."""
        return replace(
            self.limits,
            archive_entries=max(0, self.limits.archive_entries - self._files),
            unpacked_bytes=max(0, self.limits.unpacked_bytes - self._unpacked),
            pictures_seconds=self.limits.pictures_seconds - (time.monotonic() - self._began),
        )


def clearest(versions: list[list[Block]]) -> list[Block]:
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
