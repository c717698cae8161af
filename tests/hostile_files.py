"""Mails made to stall, fill or break the reader: each is small to send and costly to trust."""

import base64
import bz2
import gzip
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from tests.compound_file import compound
from tests.marked_files import MAKERS, made
from tests.office_files import changed, marked_docx, plain_xlsx

HEAD = b"From: Eva Lind <eva.lind@karlstad.se>\r\nSubject: Best\r\nMIME-Version: 1.0\r\n"
ORDER = (
    "Content-Type: text/plain; charset=utf-8\r\n\r\nTill Kils kommunförråd: 4 st 50123 Rollator\r\n".encode()
)


def mail(*files: tuple[str, bytes]) -> bytes:
    """Return a clean order with these files attached."""
    parts = [ORDER]
    for name, data in files:
        head = f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Disposition: attachment\r\n'
        parts.append(head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))
    body = b"".join(b"--grans\r\n" + part + b"\r\n" for part in parts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=grans\r\n\r\n" + body + b"--grans--\r\n"


def _zip(*files: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def _nested(make: Callable[[bytes], bytes], times: int, inside: bytes = b"x") -> bytes:
    for _ in range(times):
        inside = make(inside)
    return inside


def _sheet(cells: str) -> bytes:
    return changed(
        plain_xlsx(), {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>"}
    )


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(1 + (width + 7) // 8) * min(height, 20_000), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _pdf(content: bytes, pages: int = 1) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    stream = DecodedStreamObject()
    stream.set_data(content)
    packed = writer._add_object(stream.flate_encode())
    for _ in range(pages):
        writer.add_blank_page(200, 200)[NameObject("/Contents")] = packed
    writer.write(out)
    return out.getvalue()


def _tar(count: int) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number in range(count):
            archive.addfile(tarfile.TarInfo(f"{number}"))
    return out.getvalue()


def _laughs() -> str:
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    return f'<!DOCTYPE l [<!ENTITY a "lol">{entities}]><sst><si><t>&j;</t></si></sst>'


def _deep_parts(depth: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return HEAD + "".join(heads).encode() + ORDER


def _deep_mails(depth: int) -> bytes:
    return (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth + HEAD + ORDER


def _html(body: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


ZEROS = bytes(100_000_000)


def bombs() -> dict[str, Callable[[], bytes]]:
    """Return what makes each bomb; a mail is made when it is needed, for some are large."""
    one = "<row><c><v>1</v></c></row>"
    return {
        "zip of zeros": lambda: mail(("a.zip", _zip(("a.txt", ZEROS)))),
        "zip of many": lambda: mail(("a.zip", _zip(*((f"{n}.txt", b"x") for n in range(5_000))))),
        "zip in zip in zip": lambda: mail(("a.zip", _nested(lambda d: _zip(("a.zip", d)), 12))),
        "zips of zips": lambda: mail(
            ("a.zip", _nested(lambda d: _zip(*((f"{n}.zip", d) for n in range(30))), 4))
        ),
        "gz of zeros": lambda: mail(("a.gz", gzip.compress(ZEROS))),
        "gz in gz": lambda: mail(("a.gz", _nested(gzip.compress, 50))),
        "tar of many": lambda: mail(("a.tar.gz", _tar(30_000))),
        "bz2": lambda: mail(("a.bz2", bz2.compress(ZEROS[:50_000_000]))),
        "xlsx of zeros": lambda: mail(("a.xlsx", changed(plain_xlsx(), {"xl/other.xml": ZEROS}))),
        "xlsx of a million rows": lambda: mail(("a.xlsx", _sheet(one * 400_000))),
        "xlsx of one far cell": lambda: mail(
            ("a.xlsx", _sheet('<row r="1048576"><c r="XFD1048576" t="str"><v>420312-2389</v></c></row>'))
        ),
        "xlsx on the diagonal": lambda: mail(
            (
                "a.xlsx",
                _sheet(
                    "".join(
                        f'<row r="{n}"><c r="{_column(n)}{n}"><v>1</v></c></row>' for n in range(1, 16_000)
                    )
                ),
            )
        ),
        "xlsx that laughs": lambda: mail(
            ("a.xlsx", changed(plain_xlsx(), {"xl/sharedStrings.xml": _laughs()}))
        ),
        "xlsx deep": lambda: mail(("a.xlsx", _sheet("<row>" * 100_000))),
        "docx deep": lambda: mail(
            (
                "a.docx",
                changed(
                    marked_docx(),
                    {"word/document.xml": "<document>" + "<p>" * 90_000 + "</p>" * 90_000 + "</document>"},
                ),
            )
        ),
        "docx in docx": lambda: mail(
            ("a.docx", _nested(lambda d: changed(marked_docx(), {"word/embeddings/a.docx": d}), 12))
        ),
        "ods of repeats": lambda: mail(
            (
                "a.ods",
                _ods(
                    '<table-row number-rows-repeated="1000000">'
                    '<table-cell number-columns-repeated="16000"><p>x</p></table-cell></table-row>'
                ),
            )
        ),
        "ods of rows": lambda: mail(
            (
                "a.ods",
                _ods(
                    '<table-row number-rows-repeated="99999999"><table-cell><p>x</p></table-cell></table-row>'
                ),
            )
        ),
        "html deep": lambda: _html("<div>" * 200_000 + "x" + "</div>" * 200_000),
        "html of tables": lambda: _html("<table><tr><td>" * 20_000 + "x"),
        "html of attributes": lambda: _html("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</p>"),
        "html never closed": lambda: _html("<b><i><a>" * 60_000 + "x"),
        "html of comments": lambda: _html("<!--" * 300_000),
        "html long": lambda: _html("<p>Rollator 50123 4 st</p>\n" * 50_000),
        "html of entities": lambda: _html("&amp" * 300_000),
        "pdf of zeros": lambda: mail(("a.pdf", _pdf(ZEROS))),
        "pdf of letters": lambda: mail(("a.pdf", _pdf(b"BT /F1 12 Tf (x) Tj ET\n" * 1_000_000))),
        "pdf of pages": lambda: mail(("a.pdf", _pdf(b"0 0 m", 1_000))),
        "pdf of states": lambda: mail(("a.pdf", _pdf(b"q " * 500_000))),
        "pdf that refers to itself": lambda: mail(("a.pdf", _pdf(b"/X Do " * 100_000))),
        "picture of 900 million": lambda: mail(("a.png", _png(30_000, 30_000))),
        "picture as a line": lambda: mail(("a.png", _png(2_000_000_000, 1))),
        "picture of noise": lambda: mail(
            ("a.png", made("a.png")[:500] + random.Random(1).randbytes(200_000))
        ),
        "rtf deep": lambda: mail(("a.rtf", b"{\\rtf1 " + b"{" * 500_000)),
        "rtf of words": lambda: mail(("a.rtf", b"{\\rtf1 " + b"\\u8364?" * 300_000 + b"}")),
        "doc of a long table": lambda: mail(
            ("a.doc", compound({"WordDocument": bytes(500), "1Table": b"\x01" * 9_000}))
        ),
        "xls of a far cell": lambda: mail(("a.xls", compound({"Workbook": _biff(65_535, 255)}))),
        "msg of many": lambda: mail(
            (
                "a.msg",
                compound(
                    {
                        "__properties_version1.0": b"x",
                        **{f"__substg1.0_{n:04X}001F": b"x\0" for n in range(9_000)},
                    }
                ),
            )
        ),
        "winmail of crumbs": lambda: mail(
            ("winmail.dat", b"\x78\x9f\x3e\x22\1\0" + struct.pack("<BIIH", 1, 1, 0, 0) * 200_000)
        ),
        "calendar of folds": lambda: mail(
            ("a.ics", b"BEGIN:VCALENDAR\r\nSUMMARY:" + b"a\r\n " * 1_000_000 + b" 420312-2389")
        ),
        "csv of quotes": lambda: mail(("a.csv", b'"' * 3_000_001)),
        "csv of one cell": lambda: mail(("a.csv", b"a" * 6_000_000)),
        "mails in mails": lambda: _deep_mails(2_000),
        "parts in parts": lambda: _deep_parts(2_000),
        "100,000 parts": lambda: (
            HEAD
            + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + (b"--b\r\n" + ORDER) * 100_000
            + b"--b--\r\n"
        ),
        "header of a megabyte": lambda: (
            HEAD + b"Comments: " + b"=?utf-8?q?=C3=A5?= " * 60_000 + b"\r\n" + ORDER
        ),
        "header of many fields": lambda: (
            HEAD + b"Comments: x\r\n" * 100_000 + b"Comments: 420312-2389\r\n" + ORDER
        ),
        "20,000 receivers": lambda: (
            HEAD + b"To: " + b", ".join(b'"x" <a@b.se>' for _ in range(20_000)) + b"\r\n" + ORDER
        ),
        "only zeros": lambda: bytes(1_000_000),
        "a long line": lambda: HEAD + ORDER + b"4 st 50123 " * 500_000,
        "flowed for ever": lambda: (
            HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> x \r\n" * 300_000
        ),
    }


def _column(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _ods(rows: str) -> bytes:
    content = f'<document><table name="a">{rows}</table></document>'
    return changed(made("a.ods"), {"content.xml": content})


def _biff(row: int, column: int) -> bytes:
    begin = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 0x10, 0, 0, 0, 0)
    return begin + struct.pack("<HHHHHd", 0x203, 14, row, column, 0, 1.0) + struct.pack("<HH", 0x0A, 0)


_TEXTS = frozenset(("a.html", "a.enriched", "a.ics", "a.vcf", "a.eml"))


def cut() -> Iterator[tuple[str, bytes]]:
    """Yield one file of each format cut at its middle; a text that is cut is a whole text still."""
    for name in sorted(MAKERS.keys() - _TEXTS):
        yield name, mail((name, made(name)[: len(made(name)) // 2]))


def twisted() -> Iterator[tuple[str, bytes]]:
    """Yield one file of each format with bytes changed all over."""
    for name in MAKERS:
        chance, data = random.Random(name), bytearray(made(name))
        for _ in range(20):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield name, mail((name, bytes(data)))
