"""Read an RTF document: what is seen, and apart from it what notes, headers, fields and hidden text say."""

import binascii
import codecs
import re
from dataclasses import dataclass, field, replace

from service.limits import Limits
from service.reading.part import CouldNotRead, File, Read
from service.values import Paragraphs, Piece, Zone

_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[^a-zA-Z]))"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_SIGNS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "tab": "\t"}
_SIGNS |= {"emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "emspace": " ", "enspace": " "}
_SIGNS |= {"lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d"}
_ESCAPES = {"\\": "\\", "{": "{", "}": "}", "~": "\xa0", "_": "-", "-": "", "\n": "\n", "\r": "\n"}
# Fonts and styles, which programs name, and binary data that is no text.
_MUTE = frozenset(
    (
        "fonttbl",
        "colortbl",
        "stylesheet",
        "latentstyles",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "panose",
    )
) | frozenset(("generator", "themedata", "colorschememapping", "datastore", "blipuid", "xmlnstbl", "fontemb"))
_FILES = frozenset(("pict", "objdata"))
_MARGINS = frozenset(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"))
_NOTES = frozenset(("footnote", "annotation", "atnauthor", "atnid", "info", "doccomm", "v", "deleted"))
_ASIDE = _MARGINS | _NOTES | {"fldinst", "bkmkstart", "bkmkend", "xe", "tc"}
_MAX_DEPTH = 1_000
_DEFAULT_PAGE = "cp1252"


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the brace closes: where text goes, and how many signs stand in for one of Unicode."""

    kind: str = "seen"
    skips: int = 1


@dataclass(slots=True)
class _Document:
    """Gathers text by kind while the tokens pass."""

    seen: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    packed: list[list[str]] = field(default_factory=list)
    group: _Group = field(default_factory=_Group)
    above: list[_Group] = field(default_factory=list)
    page: str = _DEFAULT_PAGE
    skip: int = 0
    starred: bool = False
    half: str = ""

    def take(self, token: re.Match[str]) -> None:
        """Take the next token: a brace, a word of control, a sign or a run of text."""
        if token["brace"]:
            self._brace(token["brace"])
        elif token["word"]:
            self._word(token["word"], int(token["number"]) if token["number"] else None)
        elif token["hex"]:
            self._say(bytes.fromhex(token["hex"]).decode(self.page, "replace"), signs=1)
        elif token["sign"]:
            self.starred = token["sign"] == "*"
            self._say(_ESCAPES.get(token["sign"], ""), signs=1)
        elif token["text"]:
            self._say(token["text"].encode("latin-1").decode(self.page, "replace"))

    def _brace(self, brace: str) -> None:
        self.skip = 0
        self.starred = False
        if brace == "{":
            self.above.append(self.group)
            if len(self.above) > _MAX_DEPTH:
                raise CouldNotRead("too_large", "Filen är för djupt byggd för att granskas.")
            return
        if self.group.kind == "aside":
            self.aside.append("\n")
        self.group = self.above.pop() if self.above else _Group()

    def _word(self, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if word == "u" and number is not None:
            self._unicode(number)
        elif word == "uc":
            self.group = replace(self.group, skips=min(number or 0, 20))
        elif word == "ansicpg":
            self.page = _code_page(number or 1252)
        elif word in _SIGNS:
            self._say(_SIGNS[word], signs=1)
        elif word in ("v", "deleted") and number == 0:
            self.group = replace(self.group, kind="seen")
        elif self.group.kind != "mute":
            self._destination(word, starred=starred)

    def _destination(self, word: str, *, starred: bool) -> None:
        # Beside a picture may stand its like for older programs.
        if word in _MUTE or (word == "nonshppict" and self.packed):
            self.group = replace(self.group, kind="mute")
        elif word in _FILES and self.group.kind != "packed":
            self.packed.append([])
            self.group = replace(self.group, kind="packed")
        elif word in _ASIDE or starred:
            self.group = replace(self.group, kind="aside")

    def _unicode(self, number: int) -> None:
        """Say a sign of UTF-16, which may be half of one, and pass over what stands in for it."""
        unit = (self.half.encode("utf-16-le", "surrogatepass") if self.half else b"") + (
            number & 0xFFFF
        ).to_bytes(2, "little")
        sign = unit.decode("utf-16-le", "ignore")
        self.half = "" if sign else unit[-2:].decode("utf-16-le", "surrogatepass")
        self.skip = 0
        self._say(sign)
        self.skip = self.group.skips

    def _say(self, text: str, signs: int = 0) -> None:
        passed = min(self.skip, signs or len(text))
        self.skip -= passed
        text = text[passed:] if not signs or passed else text
        if self.group.kind == "packed":
            self.packed[-1].append(text)
        elif self.group.kind == "aside":
            self.aside.append(text)
        elif self.group.kind == "seen":
            self.seen.append(text)


def read_rtf(data: bytes, where: str, _limits: Limits) -> Read:
    """Return every string of the document, and the pictures and files in it; CouldNotRead where it is cut."""
    if re.search(rb"\\bin[1-9]", data):
        raise CouldNotRead("not_read", "Filen håller inbäddade uppgifter som inte kan granskas.")
    document = _Document()
    for token in _TOKEN.finditer(data.decode("latin-1")):
        document.take(token)
    if document.above:
        raise CouldNotRead("damaged", "Filen är skadad och går inte att läsa.")
    seen, aside = "".join(document.seen), re.sub(r"\n+", "\n", "".join(document.aside))
    pieces = (
        Piece(seen, f"{where} › texten", Zone.ATTACHMENT),
        Piece(aside, f"{where} › noter, sidhuvud och dold text", Zone.ATTACHMENT),
    )
    files = tuple(
        File(_unpacked(digits), "", f"{where} › bild", is_inline=True) for digits in document.packed
    )
    blocks = (Paragraphs(seen, where),) if seen.strip() else ()
    return Read(tuple(p for p in pieces if p.text.strip()), blocks, (), files)


def _unpacked(parts: list[str]) -> bytes:
    try:
        return binascii.unhexlify(re.sub(r"\s", "", "".join(parts)))
    except (binascii.Error, ValueError):
        return "".join(parts).encode()


def _code_page(number: int) -> str:
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return _DEFAULT_PAGE
