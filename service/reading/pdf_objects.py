"""Every object of a PDF, looked through for strings and for what is not text.

What a page draws is one thing; notes, form fields, bookmarks, scripts, properties, earlier appearances and
attached files are others, and they stand in objects of their own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from service.reading.markup import leftover, parse
from service.reading.part import CouldNotRead

MAX_OBJECTS = 200_000

SMALL = 8
"""Pixels: an image that is lower or narrower (a line, a spacer) can show no text."""

_DATE = re.compile(r"D:\d{4,14}(?:[Zz+-][\d']*)?")
_SILENT = frozenset(
    (
        "/ID",
        "/O",
        "/U",
        "/OE",
        "/UE",
        "/Perms",
        "/CIDSystemInfo",
        "/Panose",
        "/CharSet",
        "/CheckSum",
        "/Lang",
        "/DA",
    )
)
_PROGRAMS = frozenset(("/Producer", "/Creator"))
_LONG_NUMBER = re.compile(r"(?:\d\W?){6}")
_CHOSEN = frozenset(("/V", "/DV", "/AS"))
_MEDIA = frozenset(("/3D", "/Sound", "/RichMedia", "/Movie"))
_STRUCTURAL = frozenset(("/ObjStm", "/XRef"))
_FONT_FILES = frozenset(("/Type1C", "/CIDFontType0C", "/OpenType"))
_NAMELESS_GLYPH = re.compile(r"/(?:[A-Za-z]{1,2}|cid|glyph|index)\d+")


@dataclass(slots=True)
class Scan:
    """What was found: `texts` with their places, the pages (0: none) with pictures or mute fonts.

    `files` are those inside the file, (name, bytes); `media` tells of sound, film and models.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    pictures: set[int] = field(default_factory=set)
    mute_fonts: set[int] = field(default_factory=set)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    media: bool = False


def scan(reader: PdfReader, pages: Sequence[PageObject]) -> Scan:
    """Look through every object of the file; CouldNotRead where there are too many."""
    found, owners = Scan(), _owners(pages)
    drawn = {reference.idnum for page in pages for reference in _references(page.get("/Contents"))}
    objects = _objects(reader)
    for value in objects.values():
        if isinstance(value, DictionaryObject):
            drawn.update(r.idnum for glyph in _values(value.get("/CharProcs")) for r in _references(glyph))
    names = _file_names(objects.values())
    for number, value in objects.items():
        page = owners.get(number, 0)
        place = _place(value) + (f" på sidan {page}" if page else "")
        found.texts.append((place, "\n".join(strings(value))))
        if isinstance(value, DictionaryObject):
            _judge(found, value, page)
        if isinstance(value, StreamObject) and (number in names or value.get("/Type") == "/EmbeddedFile"):
            found.files.append((names.get(number, ""), value.get_data()))
        elif isinstance(value, StreamObject) and number not in drawn:
            found.texts.append((_stream_place(value), _stream_text(value, pages[0])))
    return found


def strings(value: object) -> Iterator[str]:
    """Yield the strings that stand in an object itself; what it refers to is an object of its own."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        key, one = stack.pop()
        if key in _SILENT or isinstance(one, IndirectObject):
            continue
        if isinstance(one, DictionaryObject):
            stack.extend((str(k), one.raw_get(k)) for k in reversed(list(one)))
        elif isinstance(one, list) and not (one and one[0] in ("/Indexed", "/I")):
            stack.extend((key, item) for item in reversed(one))
        else:
            yield from _said(key, one)


def _said(key: str, value: object) -> Iterator[str]:
    if isinstance(value, TextStringObject):
        text = str(value)
    elif isinstance(value, ByteStringObject):
        text = value.decode("latin-1")
    elif isinstance(value, NameObject) and key in _CHOSEN:
        text = value[1:]
    else:
        return
    if not _DATE.fullmatch(text) and not (key in _PROGRAMS and not _LONG_NUMBER.search(text)):
        yield text


def _objects(reader: PdfReader) -> dict[int, PdfObject]:
    """Return every object by its number; one that stands nowhere is left out."""
    places = {(number, generation) for generation, table in reader.xref.items() for number in table}
    places.update((number, 0) for number in reader.xref_objStm)
    if len(places) > MAX_OBJECTS:
        raise CouldNotRead("too_large", "Filen håller för många objekt för att granskas.")
    got = {number: reader.get_object(IndirectObject(number, gen, reader)) for number, gen in sorted(places)}
    return {number: value for number, value in got.items() if value is not None} | {0: reader.trailer}


def _owners(pages: Sequence[PageObject]) -> dict[int, int]:
    """Return the page, from 1, of each note, image, form and font that a page leads to."""
    owners: dict[int, int] = {}
    for number, page in enumerate(pages, 1):
        stack = _values(page)
        while stack:
            value = stack.pop()
            if isinstance(value, IndirectObject):
                if value.idnum in owners:
                    continue
                owners[value.idnum] = number
                value = value.get_object()
            stack.extend(_values(value))
    return owners


def _file_names(objects: Iterable[PdfObject]) -> dict[int, str]:
    """Return the name of each file inside the file by the number of its object."""
    names: dict[int, str] = {}
    for value in objects:
        inside = value.get("/EF") if isinstance(value, DictionaryObject) else None
        if isinstance(value, DictionaryObject) and isinstance(inside, DictionaryObject):
            name = str(value.get("/UF", value.get("/F", "")))
            names.update((inside.raw_get(key).idnum, name) for key in inside)
    return names


def _values(value: object) -> list[object]:
    """Return the members of a dictionary or an array, but not the way up to parents and other pages."""
    if isinstance(value, IndirectObject):
        value = value.get_object()
    if isinstance(value, DictionaryObject):
        up = ("/Parent", "/P", "/Dest", "/A", "/StructParent", "/B", "/Popup")
        return [value.raw_get(key) for key in value if key not in up]
    return list(value) if isinstance(value, ArrayObject) else []


def _references(value: object) -> Iterator[IndirectObject]:
    """Yield the references that a value is or lists."""
    if isinstance(value, IndirectObject):
        yield value
        value = value.get_object()
    if isinstance(value, ArrayObject):
        yield from (item for item in value if isinstance(item, IndirectObject))


def _judge(found: Scan, value: DictionaryObject, page: int) -> None:
    """Note a picture, a font whose letters are not told, or a file inside the file."""
    if value.get("/Subtype") == "/Image" and min(_pixels(value, ("/Width", "/Height"))) >= SMALL:
        found.pictures.add(page)
    if value.get("/Type") == "/Font" and _is_mute(value):
        found.mute_fonts.add(page)
    if {value.get("/Type"), value.get("/Subtype")} & _MEDIA:
        found.media = True


def _pixels(image: DictionaryObject, keys: Iterable[str]) -> list[int]:
    return [size if isinstance(size := image.get(key), int) else SMALL for key in keys]


def _is_mute(font: DictionaryObject) -> bool:
    """Whether a font draws signs without telling which letters they are."""
    if "/ToUnicode" in font:
        return False
    encoding = font.get("/Encoding")
    names = encoding.get("/Differences", []) if isinstance(encoding, DictionaryObject) else []
    nameless = any(isinstance(n, NameObject) and _NAMELESS_GLYPH.fullmatch(n) for n in names)
    return nameless or font.get("/Subtype") in ("/Type0", "/Type3")


def _place(value: object) -> str:
    if not isinstance(value, DictionaryObject):
        return "övriga uppgifter"
    if "/FT" in value or value.get("/Subtype") == "/Widget":
        return "formulärfält"
    if value.get("/Type") == "/Annot" or "/Rect" in value:
        return "anteckning"
    if "/Title" in value and ("/Dest" in value or "/A" in value):
        return "bokmärke"
    return "filens egenskaper" if {"/Author", "/Title", "/Producer"} & value.keys() else "övriga uppgifter"


def _stream_place(stream: StreamObject) -> str:
    return "ritobjekt" if stream.get("/Subtype") == "/Form" else "inbäddade uppgifter"


def _stream_text(stream: StreamObject, page: PageObject) -> str:
    """Return the text of a stream that no page draws by itself: a form, XML, a script; empty for others."""
    kinds = {stream.get("/Type"), stream.get("/Subtype")}
    if "/Form" in kinds:
        return page.extract_xform_text(cast("EncodedStreamObject", stream))
    if kinds & (_STRUCTURAL | _FONT_FILES | {"/Image"}) or "/Length1" in stream or "/PatternType" in stream:
        return ""
    data = stream.get_data()
    try:
        return leftover(parse(data)) if data.lstrip().startswith(b"<") else _readable(data)
    except CouldNotRead:
        return _readable(data)


def _readable(data: bytes) -> str:
    """Return data that is text, but for the tables and programs that every PDF is built of."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8")
    except UnicodeDecodeError:
        return ""
    built = "begincmap" in text or text.lstrip().startswith(("{", "%!"))
    return (
        "" if built or not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else text
    )
