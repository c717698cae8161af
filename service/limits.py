"""How much of a mail is read, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one mail is read before it counts as unreadable.

    `picture_seconds` is the most that one picture may take, `pictures_seconds` all those of a mail.
    """

    mail_bytes: int = 30_000_000
    header_line_bytes: int = 64_000
    parts: int = 200
    mime_depth: int = 20
    archive_depth: int = 4
    archive_entries: int = 2_000
    unpacked_bytes: int = 50_000_000
    pdf_pages: int = 30
    picture_pixels: int = 60_000_000
    picture_seconds: float = 20.0
    pictures_seconds: float = 40.0
    text_characters: int = 5_000_000
    seconds: int = 60
    memory_bytes: int = 2_000_000_000
