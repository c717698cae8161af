"""Reads a file as Sesam 2 exports it, csv or xlsx, into rows of text, numbered as in the file."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path

from python_calamine import CalamineError, load_workbook

from service.errors import RegisterError

SEPARATORS = (";", "\t", ",", "|")
MOST_BYTES = 200_000_000

Row = tuple[int, tuple[str, ...]]
"""The row's number, counted from 1, and its cells."""


def exported_rows(path: Path, fits: Callable[[Sequence[str]], int]) -> Iterator[Row]:
    """Yield the rows that hold something; RegisterError where the file is neither csv nor a workbook.

    `fits` tells how many headings of a row are known: the separator of a csv file that gives most is its own,
    and so is the sheet of a workbook.
    """
    data = _content(path)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _of_workbook(data, path, fits)
    return _of_csv(_text(data, path), fits)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RegisterError(f"{path}: filen är större än {MOST_BYTES // 1_000_000} MB; dela upp den")
        return path.read_bytes()
    except OSError as fault:
        raise RegisterError(f"{path}: går inte att läsa ({fault.strerror}); kontrollera sökvägen") from None


def _text(data: bytes, path: Path) -> str:
    """Return the text by its byte order mark, else as UTF-8, else as Windows-1252."""
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not (encoding == "cp1252" and data.startswith(BOM_UTF8)):
            return text
    raise RegisterError(f"{path}: är varken csv eller xlsx; exportera registret på nytt ur Sesam 2")


def _of_csv(text: str, fits: Callable[[Sequence[str]], int]) -> Iterator[Row]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=lambda sign: fits(next(csv.reader([first], delimiter=sign), [])))
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as fault:
        raise RegisterError(f"rad {reader.line_num}: är ingen giltig csv ({fault}); rätta filen") from None


def _of_workbook(data: bytes, path: Path, fits: Callable[[Sequence[str]], int]) -> Iterator[Row]:
    """Yield the rows of the sheet whose first filled row has most known headings."""
    try:
        book = load_workbook(BytesIO(data))
        sheets = [list(_of_sheet(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names]
    except CalamineError as fault:
        raise RegisterError(f"{path}: arbetsboken går inte att läsa ({fault}); spara den på nytt") from None
    filled = [rows for rows in sheets if rows]
    yield from max(filled, key=lambda rows: fits(rows[0][1]), default=[])


def _of_sheet(cells: Sequence[Sequence[object]]) -> Iterator[Row]:
    for number, row in enumerate(cells, 1):
        texts = tuple(_shown(cell) for cell in row)
        if any(texts):
            yield number, texts


def _shown(cell: object) -> str:
    """Return a cell as it reads: a whole number without a fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
