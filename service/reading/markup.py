"""The XML inside office files: parsed without entities and within bounds, and swept for every string.

Names are compared without their prefix: what a part is called is told by the package, not by a namespace.
"""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element, SubElement, TreeBuilder
from xml.parsers import expat

from service.reading.part import CouldNotRead

MAX_DEPTH = 256
MAX_ELEMENTS = 1_500_000
"""Elements of one part; about as many as 50 MB of worksheet hold, and 1 GB of memory."""

COMMENT = "!--"
_RUNS = frozenset(("t", "delText", "instrText", "delInstrText"))
_BLOCKS = frozenset(("p", "si", "comment", "is", "text", "br", "div", "tc"))
_BAD = "Filen är skadad och går inte att läsa."

# Attributes that programs fill in by themselves: layout, identities, and the names of built-in things.
_SILENT = re.compile(
    r"(?:.*:)?(?:rsid\w*|paraId|textId|durableId|typeface|ascii|hAnsi|eastAsia|cs|Ignorable|"
    r"Requires|uri|Type|ContentType|PartName|Extension|spans|sqref|ref|r|d|path|style|coordsize|coordorigin|"
    r"adj|points|panose1|rgb|classid|schemaLocation|calcId|algIdExt\w*|hash\w*|salt\w*)"
)
# Names of fonts, styles and schemes read like people ("Angsana New"): only a long number in them is told.
_BUILT_IN = frozenset(
    (
        *(
            "lsdException",
            "font",
            "rFonts",
            "rFont",
            "altName",
            "latin",
            *("font-face", "text-properties", "style", "default-style", "list-style", "page-layout"),
            "ea",
            "mathFont",
            "name",
            "cellStyle",
        ),
        *("clrScheme", "fontScheme", "fmtScheme", "theme", "themeFamily"),
        *("cellStyle", "tableStyle", "tableStyleInfo", "tableStyles"),
    )
)
_MUTE = frozenset(("panose1", "sig", "compatSetting"))
_BY_PROGRAM = frozenset(("Application", "AppVersion", "CreatorTool", "Producer"))
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
# Attributes in which even a single word may be a person's.
_SPOKEN = re.compile(
    r"(?:.*:)?(?:author|href|string-value|initials|name|displayName|userId|user|title|descr|alt|alias|tag|displayText|caption|"
    r"string|tooltip|prompt\w*|error\w*|value|v|formatCode|result|default|location|lastModifiedBy)"
)
_SPOKEN_HOLDERS = frozenset(("alias", "tag", "docVar", "default", "listItem", "listEntry", "result"))
_TELLING = re.compile(r"\s\S|(?:\d\W?){6}|[^\x00-\x7f]|@|.{25}", re.DOTALL)
# The identities that programs give (RFC 9562), which hold runs of digits.
_IDENTITY = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
_LONG_NUMBER = re.compile(r"(?:\d\W?){6}")
_MEASURE = re.compile(r"-?\d{1,9}(?:\.\d+)?|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}")
_NUMBER = re.compile(r"-?\d{1,5}(?:\.\d+)?|-?0\.\d+|https?://schemas\.\S+")


def parse(data: bytes) -> Element:
    """Return the root of an XML part; CouldNotRead for a DOCTYPE, a fault, or more than the bounds."""
    return _Parser().parse(data)


class _Parser:
    """Builds a tree by expat's events; XML comments become elements named COMMENT."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = self._count = 0
        self._outside: list[str] = []
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._tree.data
        self._expat.CommentHandler = self._comment
        self._expat.ProcessingInstructionHandler = lambda _, text: self._comment(text)

    def parse(self, data: bytes) -> Element:
        try:
            self._expat.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as fault:
            raise CouldNotRead("damaged", _BAD) from fault
        root = self._tree.close()
        for text in self._outside:
            SubElement(root, COMMENT).text = text
        return root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise CouldNotRead("too_large", "Filen är för stor eller för djupt byggd för att granskas.")
        self._tree.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(name.rpartition(":")[2])

    def _comment(self, text: str) -> None:
        if not self._depth:
            self._outside.append(text)
        else:
            self._tree.start(COMMENT, {})
            self._tree.data(text)
            self._tree.end(COMMENT)

    def _refuse(self, *_: object) -> None:
        raise CouldNotRead("damaged", "Filen har en dokumenttyp som office-filer inte får ha.")


def attribute(element: Element, name: str, default: str = "") -> str:
    """Return the attribute `name`, whatever its prefix."""
    if name in element.attrib:
        return element.attrib[name]
    return next((v for k, v in element.attrib.items() if k.rpartition(":")[2] == name), default)


def walk(root: Element, skips: Callable[[Element], bool]) -> Iterator[tuple[Element, bool]]:
    """Yield (element, True) as it opens and (element, False) as it closes, in document order.

    An element that `skips` tells is passed over with all that stands inside it.
    """
    stack = [(root, True)]
    while stack:
        element, opens = stack.pop()
        if opens:
            if skips(element):
                continue
            stack.append((element, False))
            stack.extend((child, True) for child in reversed(element))
        yield element, opens


def text_of(element: Element, *, spoken: bool = False) -> str:
    """Return the text in the element, runs joined without a separator; phonetic runs only where `spoken`."""
    if not len(element):
        return element.text or ""
    return "".join(
        (part.text if opens else part.tail if part is not element else "") or ""
        for part, opens in walk(element, lambda e: e.tag == COMMENT or (e.tag == "rPh" and not spoken))
    )


def leftover(
    root: Element,
    taken: frozenset[str] = frozenset(),
    skip: frozenset[str] = frozenset(),
    *,
    foreign: bool = False,
) -> str:
    """Return every string of a tree: the runs of a paragraph joined, all else on lines of its own.

    The text of elements named in `taken` is left out, and all of the elements named in `skip`. In a `foreign`
    tree, whose names are not those of office files, every attribute may be what a person wrote.
    """
    out: list[str] = []
    for element, opens in walk(root, lambda e: e.tag in skip):
        if opens and element.attrib:
            out.extend(f"\n{value}\n" for value in _spoken_attributes(element, foreign=foreign))
        out.append(_text(element, opens, taken))
    return re.sub(r"\s*\n\s*", "\n", _IDENTITY.sub(" ", "".join(out))).strip()


def _text(element: Element, opens: bool, taken: frozenset[str]) -> str:
    """Return the text at one end of an element: bare in a run, else on a line of its own."""
    text = (element.text if opens else element.tail) or ""
    if opens and element.tag in taken:
        return ""
    if opens and element.tag in _RUNS:
        return text
    by_program = opens and element.tag in _BY_PROGRAM and not _LONG_NUMBER.search(text)
    if not text.strip() or _TIME.fullmatch(text) or by_program:
        return "\n" if element.tag in _BLOCKS else ""
    return f"\n{text}\n"


def _spoken_attributes(element: Element, *, foreign: bool) -> Iterator[str]:
    for key, value in element.attrib.items():
        if _speaks(element, key, value) or (foreign and not key.startswith("xmlns")):
            yield value


def _speaks(element: Element, key: str, value: str) -> bool:
    """Whether an attribute may hold what a person wrote."""
    name = key.rpartition(":")[2]
    if not value.strip() or _NUMBER.fullmatch(value) or key.startswith("xmlns") or element.tag in _MUTE:
        return False
    if element.tag == "Relationship":
        return name == "Target" and attribute(element, "TargetMode") == "External"
    if element.tag in _BUILT_IN:
        return _LONG_NUMBER.search(value) is not None and not _SILENT.fullmatch(key)
    if _SPOKEN.fullmatch(key) or (name == "val" and element.tag in _SPOKEN_HOLDERS):
        return True
    return not (_SILENT.fullmatch(key) or _MEASURE.fullmatch(value)) and _TELLING.search(value) is not None
