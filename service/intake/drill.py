"""Tells by its header whether a mail is marked for a drill.

The mark is "[ÖVNING]" first in its subject, or "X-Reservpost-Drill: yes". The subject is for people, who may
answer or forward it; the header is for a program that plays mails.
"""

import re
import unicodedata
from email.errors import MessageError

from service.reading.header import TooLongError, text_of

FIELDS = ("SUBJECT", "X-RESERVPOST-DRILL")
LONGEST = 2_000
"""Signs of a field that are looked at; the mark stands first."""

_FIELD = re.compile(rb"^([A-Za-z-]+):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)
_SUBJECT = re.compile(r"\s*(?:(?:sv|re|vb|fw|fwd|vs)\s*:\s*)*\[\s*övning\s*\]", re.IGNORECASE)


def is_marked(header: bytes) -> bool:
    """Whether the fields of one header, as the mail server gives them, carry the mark."""
    for name, value in _FIELD.findall(header[: 2 * LONGEST]):
        said = _said(value)
        if name.upper() == b"SUBJECT" and _SUBJECT.match(said):
            return True
        if name.upper() == b"X-RESERVPOST-DRILL" and said.strip().casefold() == "yes":
            return True
    return False


def _said(value: bytes) -> str:
    try:
        text = text_of(value.decode("utf-8", "surrogateescape"), LONGEST)
    except (TooLongError, MessageError):
        return ""
    return unicodedata.normalize("NFC", text)
