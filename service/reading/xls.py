"""Read an xls workbook: its cells by calamine, and every other string of its records by an own sweep."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from service.limits import Limits
from service.reading.grid import MAX_LAID_OUT, Cell, Sheet
from service.reading.ole import DAMAGED, Compound, macros_in, pictures_in, runs
from service.reading.part import CouldNotRead, File, Read
from service.values import Piece, Unread, Zone

# Records of the format (MS-XLS 2.3.2), by their numbers.
_LOCKED, _CONTINUED, _DRAWINGS = 0x2F, 0x3C, 0xEB
_CELLS = frozenset((0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E))
# Fonts, styles and themes, which read like people ("Angsana New"), and numbers packed tightly.
_MUTE = frozenset((0x31, 0x293, 0xE0, 0x892, 0x87D, 0x896, 0x92, 0x203, 0x27E, 0xBD, 0xFD, 0x208, 0xFF, 0xD7))
_PLACES = {
    0x14: "sidhuvud",
    0x15: "sidfot",
    0x1C: "kommentarer",
    0x1B6: "kommentarer",
    0x3C: "kommentarer och textrutor",
    0x1B8: "länkar",
    0x1BE: "rutor som hjälper den som fyller i",
    0x41E: "talformat",
    0x85: "bladnamn",
    0x18: "namn på områden",
}
_PARTS = ("Workbook", "Book")
_BROKEN = (CalamineError, ValueError, OSError, OverflowError, LookupError, TypeError)


def read_xls(data: bytes, where: str, _limits: Limits) -> Read:
    """Read a workbook; CouldNotRead where it is damaged, encrypted or too large."""
    with Compound(data) as file:
        main = next((file.stream(name) for name in _PARTS if name in file.names), b"")
        records = list(_records(main))
        _check(records)
        beside = {name: file.stream(name) for name in file.names if name not in _PARTS}
    sheets = list(_sheets(data))
    pieces = [piece for sheet in sheets for piece in sheet.pieces(where)]
    pieces.extend(_swept(records, where))
    pieces.extend(_beside(beside, where))
    drawings = b"".join(content for number, content in _with_owner(records) if number == _DRAWINGS)
    pictures = tuple(File(one, "", f"{where} › bild", is_inline=True) for one in pictures_in(drawings))
    held = {name.partition("/")[0] for name in beside if name.startswith("MBD")}
    text = "Filen håller en inbäddad fil som inte kan granskas."
    unread = tuple(Unread("not_read", where, text) for _ in sorted(held)[:1])
    tables = tuple(sheet.table(where) for sheet in sheets if not sheet.hidden)
    return Read(tuple(p for p in pieces if p.text.strip()), tables, unread, pictures)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (number, content) of each record; CouldNotRead where the last is cut."""
    at = 0
    while at + 4 <= len(stream):
        number, size = (int.from_bytes(stream[at + n : at + n + 2], "little") for n in (0, 2))
        if at + 4 + size > len(stream):
            raise CouldNotRead("damaged", DAMAGED)
        yield number, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _check(records: list[tuple[int, bytes]]) -> None:
    """Refuse a locked workbook, and one whose sheets would be laid out larger than they may be."""
    rows, columns = [0], [0]
    for number, content in records:
        if number == _LOCKED:
            raise CouldNotRead("encrypted", "Filen är skyddad med lösenord och kan inte granskas.")
        if number in _CELLS and len(content) >= 4:
            rows.append(int.from_bytes(content[:2], "little"))
            columns.append(int.from_bytes(content[2:4], "little"))
    if (max(rows) + 1) * (max(columns) + 1) > MAX_LAID_OUT:
        raise CouldNotRead("too_large", "Ett blad i filen är för stort för att granskas.")


def _sheets(data: bytes) -> Iterator[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            for about in book.sheets_metadata:
                rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
                cells = [
                    Cell(row, column, _shown(value), number=isinstance(value, int | float))
                    for row, values in enumerate(rows, 1)
                    for column, value in enumerate(values, 1)
                    if value != ""
                ]
                yield Sheet(about.name, cells, about.visible is not SheetVisibleEnum.Visible)
    except _BROKEN as fault:
        raise CouldNotRead("damaged", DAMAGED) from fault


def _shown(value: object) -> str:
    """Return a value as a person sees it: whole numbers without decimals, days as ISO."""
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).strip()


def _swept(records: list[tuple[int, bytes]], where: str) -> Iterator[Piece]:
    """Yield what stands in all records, the cells' too, for a string may be left that no cell shows."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for number, content in records:
        if number not in _MUTE:
            texts[_PLACES.get(number, "övrigt i filen")].append(runs(content))
    for place, found in texts.items():
        yield Piece("\n".join(dict.fromkeys(filter(None, found))), f"{where} › {place}", Zone.ATTACHMENT)


def _with_owner(records: list[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield each record under the number of the one that it continues."""
    owner = 0
    for number, content in records:
        owner = owner if number == _CONTINUED else number
        yield owner, content


def _beside(streams: dict[str, bytes], where: str) -> Iterator[Piece]:
    """Yield the file's properties and macros."""
    for name, content in streams.items():
        source = "\n".join(macros_in(content))
        place = "makro" if source else "filens egenskaper" if name.startswith("\x05") else "övrigt i filen"
        yield Piece(source or runs(content), f"{where} › {place}", Zone.ATTACHMENT)
