"""One text of a whole document, so that a mail of thousands of cells is searched once, and the way back.

Presidio hands a recognizer nothing but a text. What recognizers must know of the envelope therefore
stands in the text's first line: the sender's name, the sender's address and the day it was sent.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from service.screening.normalise import Folded, fold
from service.values import Document, Envelope, Zone

# Private-use characters: folding removes them from a mail's own text, and no pattern reaches across.
BREAK = "\n\ue000\n"
_FIELD = "\ue001"
# In characters: longer than any address, and too short to hold so much that none of the body is looked at.
_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Sender:
    """What the first line tells: name and address as in the From header, and the day of sending.

    Of a name or an address only the first 320 characters are told.
    """

    name: str
    address: str
    sent: date | None


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The joined text; `starts` and `pieces` say which piece stands where."""

    text: str
    starts: tuple[int, ...]
    pieces: tuple[Folded, ...]

    def locate(self, start: int, end: int) -> tuple[int, int, int] | None:
        """Return (piece, start, end) in the piece's own text; None for the first line."""
        index = bisect_right(self.starts, start) - 1
        if index < 0:
            return None
        folded = self.pieces[index]
        begin = self.starts[index]
        stop = min(end - begin, len(folded.text))
        return index, folded.original(start - begin), folded.original(stop)


def join(document: Document, named: Callable[[str], Folded] = fold) -> DocumentText:
    """Return the document's pieces as one folded text; `named` folds the names of files."""
    line = _first_line(document.envelope)
    parts, starts, length = [line], [], len(line)
    pieces = tuple((named if p.zone is Zone.NAME else fold)(p.text) for p in document.pieces)
    for piece in pieces:
        length += len(BREAK)
        starts.append(length)
        parts.append(piece.text)
        length += len(piece.text)
    return DocumentText(BREAK.join(parts), tuple(starts), pieces)


def _first_line(envelope: Envelope) -> str:
    sent = envelope.sent_at.date().isoformat() if envelope.sent_at else ""
    fields = (envelope.sender_name, envelope.sender_address, sent)
    return _FIELD.join(" ".join(fold(field).text.split())[:_LONGEST] for field in fields)


def sender_of(text: str) -> Sender:
    """Return what the first line of a joined text tells; empty for any other text."""
    fields = text.split(BREAK, 1)[0].split(_FIELD)
    if len(fields) != 3:
        return Sender("", "", None)
    sent = date.fromisoformat(fields[2]) if fields[2] else None
    return Sender(fields[0], fields[1], sent)
