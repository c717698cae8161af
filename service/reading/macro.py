"""Read the macros of a workbook or a document: their source, and what their forms say."""

from service.limits import Limits
from service.reading.ole import Compound, macros_in, runs
from service.reading.part import Read
from service.values import Piece, Unread, Zone

_FORMS = ("/f", "/o", "/x", "VBFrame", "PROJECT")
"""The ends of the streams in which a form's words stand."""


def read_macros(data: bytes, where: str, _limits: Limits) -> Read:
    """Return the macros' source as pieces; Unread where none can be found in a file that should hold some."""
    pieces, sources = [], 0
    with Compound(data) as file:
        for name in file.names:
            stream = file.stream(name)
            source = "\n".join(macros_in(stream))
            sources += bool(source)
            text = source or (runs(stream) if name.endswith(_FORMS) else "")
            if text.strip():
                pieces.append(Piece(text, f"{where} › makro {name.rpartition('/')[2]}", Zone.ATTACHMENT))
    unread = () if sources else (Unread("not_read", where, "Filen har makron som inte kan granskas."),)
    return Read(tuple(pieces), (), unread)
