"""Plain text: flowed lines joined, and what is not text although it stands in it."""

import re

from service.reading.part import Read
from service.values import Paragraphs, Piece, Unread, Zone

_UUENCODED = re.compile(r"(?m)^begin(?:-base64)? [0-7]{3} \S[^\n]{0,200}\n[!-`]|^=ybegin line=")
# A file that a program wrote out as letters, without a word of what it is (RFC 4648).
_PACKED = re.compile(r"(?m)^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]{60,998}\n[A-Za-z0-9+/]{2,998}={0,2}$")
_SEALED = re.compile(r"(?m)^-----BEGIN PGP (?:MESSAGE|SIGNED MESSAGE)-----|^-----BEGIN PKCS7-----")
TURNED = "\u202e"
"""The sign that turns what follows it from right to left."""
SHATTERED = re.compile(r"(?m)(?:^[^\W\d_]\n\n?){6}|(?:^\S\n\n?){10}")
"""Letters, or more signs than a column of numbers has, each on its own line: the eye alone sees words."""

_QUOTE = re.compile(r"(?:> ?)*")
_SIGNATURE = "-- "
_COMMAND = re.compile(r"</?[A-Za-z0-9-]{1,60}>")


def read_plain(text: str, where: str, zone: Zone, *, flowed: bool = False, joined: bool = False) -> Read:
    """Return the text as one piece and as paragraphs; `flowed`, `joined`: format and DelSp of RFC 3676."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unflowed(text, joined=joined) if flowed else text
    if not text.strip():
        return Read()
    unread = []
    if _UUENCODED.search(text) or _PACKED.search(text):
        unread.append(Unread("not_read", where, "Texten innehåller en inbakad fil som inte kunde granskas."))
    if _SEALED.search(text):
        unread.append(Unread("encrypted", where, "Texten är krypterad och kunde inte granskas."))
    if TURNED in text or SHATTERED.search(text):
        unread.append(seen_otherwise(where))
    return Read((Piece(text, where, zone),), (Paragraphs(text, where),), tuple(unread))


def seen_otherwise(where: str) -> Unread:
    """Tell of a text whose words only the eye puts together."""
    return Unread(
        "not_read", where, "Texten visas på ett annat sätt än den är skriven och kunde inte granskas."
    )


def unflowed(text: str, *, joined: bool) -> str:
    """Join each line that ends in a space with the next of the same quote depth (RFC 3676, section 4)."""
    lines: list[str] = []
    depth, soft = 0, False
    for line in text.split("\n"):
        marks = _QUOTE.match(line)
        deep = marks[0].count(">") if marks else 0
        body = line[marks.end() :] if marks and deep else line.removeprefix(" ")
        if soft and deep == depth and body != _SIGNATURE:
            lines[-1] = (lines[-1][:-1] if joined else lines[-1]) + body
        else:
            lines.append("> " * deep + body)
        depth, soft = deep, body.endswith(" ") and body != _SIGNATURE
    return "\n".join(lines)


def read_enriched(text: str, where: str, zone: Zone) -> Read:
    """Return enriched text (RFC 1896) without its commands; what stands in parameters is kept beside it."""
    text = text.replace("\r\n", "\n").replace("<<", "\x00")
    # A single line break is white space; of several in a row one is spent on the source.
    text = re.sub(r"\n+", lambda breaks: breaks[0][1:] or " ", text)
    asides = re.findall(r"(?is)<param>(.*?)</param>", text)
    shown = _COMMAND.sub("", re.sub(r"(?is)<param>.*?</param>", "", text)).replace("\x00", "<")
    found = read_plain(shown, where, zone)
    beside = "\n".join(aside.replace("\x00", "<") for aside in asides)
    hidden = (Piece(beside, f"{where}, i koden", Zone.HIDDEN),) if beside.strip() else ()
    return Read((*found.pieces, *hidden), found.blocks, found.unread)
