"""HTML mail: what a person sees, what is hidden, and the tables in it.

Built on html.parser, which found the text under 200,000 nested elements where parsers that build a tree gave
nothing at all, without an error. Markup inside a number or a name leaves no trace in the text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

from service.reading.links import packed
from service.reading.part import Read
from service.reading.plain import SHATTERED, TURNED, seen_otherwise
from service.reading.spans import HIGHEST, WIDEST, Spanned, laid_out, span
from service.values import Paragraphs, Piece, Table, Unread, Zone


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


_BLOCKS = _words_of(
    "address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5"
    " h6 header hr html legend li main nav ol option p pre section table tbody tfoot thead title tr ul"
)
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(("head", "title", "style", "script", "template", "noscript", "object", "svg", "math"))
# What is struck through is seen, and not ordered.
_STRUCK = frozenset(("s", "strike", "del"))
# These have no end.
_VOID = _words_of("area base br col embed hr img input link meta param source track wbr o:p")
# Attributes that tell how a thing looks or what sort it is; all others can hold words that a person wrote.
_LOOKS = _words_of(
    "class style width height border cellpadding cellspacing colspan rowspan align valign bgcolor color face"
    " size dir lang xml:lang type rel media charset http-equiv target hspace vspace nowrap link vlink"
)
_LONG_NUMBER = re.compile(r"\d{6}\D?\d{4}")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|%)?\s*(?:;|$|!)"
    r"|max-height\s*:\s*0|(?<![-\w])opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)"
    r"|(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))",
    re.IGNORECASE,
)
_DARK = re.compile(r"(?:background|bgcolor)", re.IGNORECASE)
# What a style sheet says beside how things look; names of fonts read like people.
_CSS_FONTS = re.compile(r"(?i)(?<![\w-])(?:[\w-]{0,30}?font[\w-]{0,30}|src)\s{0,9}:[^;{}]*")
_CSS_TEXT = re.compile(r"/\*.*?(?:\*/|\Z)|\"[^\"]*\"|'[^']*'|url\([^()]*\)", re.DOTALL)
_CSS_ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
_TURNED = re.compile(rf"<bdo\b|bidi-override|{TURNED}", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_html(text: str, where: str, zone: Zone = Zone.BODY) -> Read:
    """Return the text in the order it is seen, then what is hidden in it, then its paragraphs and tables."""
    page = _Page()
    try:
        page.feed(text)
        page.close()
    except (AssertionError, RecursionError):
        # The parser gives up on a few malformed declarations. What stands there is still swept as it is.
        sentence = "Texten i html-form är skadad och kunde inte granskas helt."
        return Read((Piece(text, where, zone),), (), (Unread("damaged", where, sentence),))
    hidden = Zone.HIDDEN if zone is Zone.BODY else zone
    links = [(words, packed(words, where)) for words in page.aside]
    # Of a file written into its link the words in front are read here.
    aside = [words.partition(",")[0] if file else words for words, file in links]
    pieces = [
        Piece(page.seen.text(), where, zone),
        Piece(page.unseen.text(), f"{where}, dolt", hidden),
        Piece("\n".join(aside), f"{where}, i koden", hidden),
    ]
    otherwise = _TURNED.search(text) or SHATTERED.search(page.seen.text())
    unread = (seen_otherwise(where),) if otherwise else ()
    files = tuple(file for _, file in links if file)
    shown = tuple(piece for piece in pieces if piece.text.strip())
    return Read(shown, tuple(_blocks(page.finished(), where)), unread, files)


@dataclass(slots=True)
class _Flow:
    """Text as it runs: white space folded as a browser does, a line for each block."""

    parts: list[str] = field(default_factory=list)

    def add(self, data: str, *, kept: bool = False) -> None:
        """Add words; `kept` leaves white space as it stands (pre)."""
        if kept:
            self.parts.append(data)
            return
        words = _SPACE.sub(" ", data)
        if not self.parts or self.parts[-1].endswith(("\n", "\t", " ")):
            words = words.lstrip(" ")
        if words:
            self.parts.append(words)

    def end_line(self) -> None:
        """Begin a new line, with at most one blank line before it and none at the top of a cell."""
        if self.parts and self.parts[-1] != "\t" and self.parts[-2:] != ["\n", "\n"]:
            self.parts.append("\n")

    def end_cell(self) -> None:
        """Begin the next cell of a row; the paragraphs of the last one end without a line of their own."""
        while self.parts and self.parts[-1] in ("\n", " "):
            self.parts.pop()
        self.parts.append("\t")

    def text(self) -> str:
        """Return all of it."""
        return "".join(self.parts).strip("\n")


@dataclass(slots=True)
class _Cell(_Flow):
    """The text of a cell, and how many columns and rows it stands over."""

    wide: int = 1
    high: int = 1

    def spanned(self) -> Spanned:
        """Return the cell as it is laid out."""
        return Spanned(" ".join(self.text().split()), self.wide, self.high)


@dataclass(slots=True)
class _OpenTable:
    """A table being read; `nests` where another stands inside, which makes it a layout, not a table."""

    rows: list[list[_Cell]] = field(default_factory=list)
    nests: bool = False


class _Page(HTMLParser):
    """Gathers the page while it is parsed from the top, without building a tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen, self.unseen = _Flow(), _Flow()
        self.aside: list[str] = []
        self.blocks: list[_Flow | _OpenTable] = [_Flow()]
        self._hidden: list[str] = []
        self._tables: list[_OpenTable] = []
        self._quotes = self._pre = self._struck = 0

    def finished(self) -> list["_Flow | _OpenTable"]:
        """Return the paragraphs and tables; a table that never ended is closed."""
        while self._tables:
            self._end_table()
        return self.blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the words in the attributes, whether the element hides, and where text parts."""
        self.aside.extend(_words(attrs))
        if tag == "body":
            self._hidden.clear()  # a head whose end is missing
        if tag not in _VOID and (self._hidden or tag in _UNSEEN or _hides(attrs)):
            self._hidden.append(tag)
        if tag == "table":
            self._begin_table()
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in _CELLS and self._tables:
            self._begin_cell(dict(attrs))
        self._pre += tag == "pre"
        self._struck += tag in _STRUCK
        self._part(tag)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "li" and not self._hidden:
            self._order().add("- ")

    def handle_endtag(self, tag: str) -> None:
        """Undo what the start did; an end without a start is passed over."""
        if tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                pass
        if tag == "table" and self._tables:
            self._end_table()
        self._pre -= tag == "pre" and self._pre > 0
        self._struck -= tag in _STRUCK and self._struck > 0
        self._quotes -= tag == "blockquote" and self._quotes > 0
        if tag not in _CELLS:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        """Take the words to where they are seen."""
        if self._hidden:
            self.unseen.add(_css_words(data) if self._hidden[-1] == "style" else data)
            return
        self.seen.add(data, kept=self._pre > 0)
        if not self._struck:
            self._order().add(data, kept=self._pre > 0)

    def handle_comment(self, data: str) -> None:
        """Keep the comment's words: Outlook puts whole passages into conditional ones."""
        self.aside.append(_TAG.sub(" ", data))

    def handle_decl(self, decl: str) -> None:
        """Keep what an odd declaration holds."""
        self.aside.append(decl)

    def handle_pi(self, data: str) -> None:
        """Keep what a processing instruction holds."""
        self.aside.append(data)

    def unknown_decl(self, data: str) -> None:
        """Keep what an unknown declaration holds."""
        self.aside.append(data)

    def _order(self) -> _Flow:
        """Return where text for ordering goes now: the open cell, or the running text."""
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            return self._tables[-1].rows[-1][-1]
        if not isinstance(self.blocks[-1], _Flow):
            self.blocks.append(_Flow())
        flow = self.blocks[-1]
        assert isinstance(flow, _Flow)
        return flow

    def _part(self, tag: str) -> None:
        if tag in _CELLS and self._tables and len(self._tables[-1].rows[-1]) > 1:
            self.seen.end_cell()
            self.unseen.end_cell()
        elif tag in _BLOCKS:
            self.seen.end_line()
            self.unseen.end_line()
            if tag not in ("table", "tr", "tbody", "thead", "tfoot"):
                self._order().end_line()
            if self._quotes and not self._tables:
                self._order().add("> ", kept=True)

    def _begin_table(self) -> None:
        if self._tables:
            self._tables[-1].nests = True
        self._tables.append(_OpenTable())

    def _begin_cell(self, named: Mapping[str, str | None]) -> None:
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        wide, high = span(named.get("colspan"), WIDEST), span(named.get("rowspan"), HIGHEST)
        table.rows[-1].append(_Cell(wide=wide, high=high))

    def _end_table(self) -> None:
        """Keep a table of cells; a layout's text goes where the table stood."""
        table = self._tables.pop()
        width = max((len(row) for row in table.rows), default=0)
        if self._tables or table.nests or width < 2:
            flow = self._order()
            flow.end_line()
            for row in table.rows:
                flow.add("\t".join(cell.text().strip() for cell in row), kept=True)
                flow.end_line()
        else:
            self.blocks.append(table)


def _hides(attrs: Iterable[tuple[str, str | None]]) -> bool:
    named = {name: value or "" for name, value in attrs}
    style = named.get("style", "")
    if "hidden" in named:
        return True
    found = _HIDING.search(style)
    # White on a dark ground is seen.
    return found is not None and not ("color" in found[0] and _DARK.search(style))


def _words(attrs: Iterable[tuple[str, str | None]]) -> Iterable[str]:
    for name, value in attrs:
        looks = name in _LOOKS or name.startswith("xmlns")
        if value and (not looks or _LONG_NUMBER.search(value)):
            yield value
            if "%" in value:
                yield unquote(value, errors="replace")


def _css_words(sheet: str) -> str:
    found = "\n".join(match[0] for match in _CSS_TEXT.finditer(_CSS_FONTS.sub("", sheet)))
    return _CSS_ESCAPED.sub(lambda m: _sign(m[1]) if m[1] else m[2], found)


def _sign(number: str) -> str:
    return chr(min(int(number, 16), 0x10FFFF))


def _blocks(found: Iterable[_Flow | _OpenTable], where: str) -> Iterable[Paragraphs | Table]:
    for block in found:
        if isinstance(block, _Flow):
            if block.text().strip():
                yield Paragraphs(block.text(), where)
        else:
            yield Table(tuple(laid_out([cell.spanned() for cell in row] for row in block.rows)), where)
