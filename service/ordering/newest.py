"""Parts a document for ordering: what was just written, what stands under it, and what is older."""

import re
from dataclasses import dataclass

from service.ordering.patterns import either
from service.ordering.replies import Parted, is_forward, part
from service.rules.ordering import WordRules
from service.values import Document, Paragraphs, Table

MAX_TEXT = 100_000
"""Characters of text and cells that are read for orders; what is longer is for a person to read."""
_REPLY_MARKS = re.compile(r"^(?:\s*(?:sv|re|vb|fw|fwd|vs|ang)\s*:)+\s*", re.IGNORECASE)
MAX_SUBJECT = 1_000


@dataclass(frozen=True, slots=True)
class Section:
    """A text of the mail in its three parts, and where it stands."""

    text: Parted
    where: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as ordering reads it; `cut` tells that it was too long to be read whole."""

    subject: str
    blocks: tuple[Section | Table, ...]
    cut: bool

    @property
    def topic(self) -> str:
        """The subject without its marks of reply."""
        return _REPLY_MARKS.sub("", self.subject)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The texts, without the tables."""
        return tuple(block for block in self.blocks if isinstance(block, Section))

    @property
    def layers(self) -> int:
        """How many older mails, one below the other, stand under the newest text."""
        return max((len(section.text.older) for section in self.sections), default=0)

    def passes_on(self, words: WordRules) -> bool:
        """Whether the older text is the order: the mail is a forward, or says that all stands below."""
        if not self.layers:
            return False
        said = " ".join(section.text.newest for section in self.sections)
        below = re.search(rf"\b(?:{either(words.passing_on)})", said, re.IGNORECASE)
        return is_forward(self.subject) or below is not None or not said.strip()


def letter(document: Document, words: WordRules) -> Letter:
    """Return the document parted, up to MAX_TEXT characters of it."""
    blocks: list[Section | Table] = []
    room = MAX_TEXT
    for block in document.blocks:
        size = _size(block)
        if isinstance(block, Paragraphs) and room > 0:
            text = block.text[:room].replace("\r\n", "\n").replace("\r", "\n")
            blocks.append(Section(part(text, words), block.where))
        elif isinstance(block, Table) and size <= room:
            blocks.append(block)
        room -= size
    return Letter(document.envelope.subject[:MAX_SUBJECT], tuple(blocks), room < 0)


def _size(block: Paragraphs | Table) -> int:
    if isinstance(block, Paragraphs):
        return len(block.text)
    return sum(len(cell) + 1 for row in block.rows for cell in row)
