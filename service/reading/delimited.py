"""Read a csv file of any separator and of the charsets that spreadsheets write."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from io import StringIO

from service.limits import Limits
from service.reading.cells import listed, with_zero
from service.reading.part import CouldNotRead, Read
from service.values import Piece, Table, Zone

SEPARATORS = (";", "\t", ",", "|")
"""In the order that settles a tie: Swedish programs write semicolons, and keep the comma for decimals."""

_SNIFFED_ROWS = 200


def read_csv(data: bytes, where: str, limits: Limits) -> Read:
    """Read the rows of a csv file; CouldNotRead where it is no text, broken, or too large."""
    text = _decode(data)
    if len(text) > limits.text_characters:
        raise CouldNotRead("too_large", "Filen är för stor för att granskas.")
    try:
        rows = _rows(text)
    except csv.Error as fault:
        raise CouldNotRead("damaged", "Filen går inte att läsa som en tabell.") from fault
    numbers = with_zero((f"rad {n}", cell) for n, row in enumerate(rows, 1) for cell in row)
    zeros = listed(numbers, where)
    table = Table(tuple(tuple(row) for row in rows if any(row)), where)
    return Read(tuple(piece for piece in (_swept(rows, where), zeros) if piece.text), (table,))


def _decode(data: bytes) -> str:
    """Return the text by its byte order mark, else as UTF-8, else as Windows-1252."""
    try:
        if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            text = data.decode("utf-16")
        elif data.startswith(BOM_UTF8) or _is_utf8(data):
            text = data.decode("utf-8-sig")
        else:
            text = data.decode("cp1252")
    except UnicodeDecodeError as fault:
        raise CouldNotRead("damaged", "Filens teckenkodning går inte att läsa.") from fault
    if "\0" in text:
        raise CouldNotRead("damaged", "Filen är inte en textfil.")
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str) -> list[list[str]]:
    """Return the rows by the separator that most rows agree on; Excel may name it in a first line "sep=;"."""
    first, _, below = text.partition("\n")
    named = first.strip().lower()
    if named.startswith("sep=") and len(named) == 5:
        return _parse(below, named[-1])
    return _parse(text, max(SEPARATORS, key=lambda separator: _agreement(text, separator)))


def _parse(text: str, separator: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=separator)
    ]


def _agreement(text: str, separator: str) -> int:
    """Return how many of the first rows are cut into the same number of cells, more than one."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    widths = Counter(len(row) for row, _ in zip(reader, range(_SNIFFED_ROWS), strict=False) if len(row) > 1)
    return max(widths.values(), default=0)


def _swept(rows: list[list[str]], where: str) -> Piece:
    """Return all rows as one text, cells by tabs and rows by line breaks, each row marked."""
    marks, lines, length = [], [], 0
    for number, row in enumerate(rows, 1):
        marks.append((length, f"rad {number}"))
        lines.append("\t".join(row))
        length += len(lines[-1]) + 1
    return Piece("\n".join(lines), where, Zone.ATTACHMENT, tuple(marks))
