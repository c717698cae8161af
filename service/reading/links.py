"""What links hold: words spelled with percent signs, and whole files (data:, RFC 2397)."""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from service.reading.charset import decode
from service.reading.part import File
from service.values import Piece, Zone

_LINK = re.compile(r"(?i)\b(?:https?|ftp|file|mailto|sms|ms-\w{1,20}|onenote):[^\s<>\"\\^`{|}]{1,8000}")
_MOST_LINKS = 2_000
_PARTS = re.compile(r"[/?&=#;|\n\r\t]+")
# Safe links and shared links stand in links of their own, so that a word is spelled twice.
_LAYERS = 3
_TELLING = re.compile(r"[^\W_] +[^\W_]|\d{6}")
_KEY = re.compile(r"[0-9A-Fa-f-]{16,}")
_FILE = re.compile(
    r"(?i)[^.]+.*\.(?:pdf|docx?|xlsx?|pptx?|od[ts]|rtf|txt|csv|msg|eml|png|jpe?g|heic|tiff?|zip)"
)
# A word and a colon begin a sentence, too ("Data: Rune, 85 år"): a link tells a type or none.
_PACKED = re.compile(
    r"(?is)\s*data:(?P<kind>(?:[\w.+-]{1,60}/[\w.+-]{1,60})?)(?P<how>(?:;[^,]{0,200})?),(?P<data>.*)"
)


def spelled(piece: Piece) -> Iterator[Piece]:
    """Yield the words that the links of a piece spell, and the names of the files that they lead to."""
    links = dict.fromkeys(
        match[0] for match, _ in zip(_LINK.finditer(piece.text), range(_MOST_LINKS), strict=False)
    )
    parts = dict.fromkeys(part.strip() for link in links for part in _PARTS.split(_plain(link)))
    names = [part for part in parts if _FILE.fullmatch(part)]
    words = [part for part in parts if _TELLING.search(part) and not _KEY.fullmatch(part)]
    place = f"{piece.where}, länk"
    if names:
        yield Piece("\n".join(names), place, Zone.NAME)
    if words:
        yield Piece("\n".join(words), place, Zone.HIDDEN if piece.zone is Zone.BODY else piece.zone)


def packed(link: str, where: str) -> File | None:
    """Return the file that a data: link holds behind its first comma; None for any other words."""
    match = _PACKED.fullmatch(link)
    if not match:
        return None
    data = unquote_to_bytes(match["data"].strip())
    if match["how"].strip().lower().endswith("base64"):
        # What was packed badly is read as it stands.
        with suppress(binascii.Error, ValueError):
            data = base64.b64decode(re.sub(rb"\s", b"", data) + b"==")
    return File(data, "", f"{where} › fil i en länk", match["kind"].lower(), is_inline=True)


def _plain(link: str) -> str:
    """Return the link with every layer of percent signs taken off; a plus in a query is a space."""
    way, mark, query = link.partition("?")
    text = f"{way}{mark}{query.replace('+', ' ')}"
    for _ in range(_LAYERS):
        if "%" not in text:
            break
        text = decode(unquote_to_bytes(text))
    return text
