"""Mails and archives with a marker in each place where words can hide."""

import gzip
import struct
import tarfile
import zipfile
from email.message import EmailMessage
from io import BytesIO

import compressed_rtf
import openpyxl

from tests.compound_file import compound
from tests.marked_texts import mark
from tests.office_files import saved


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _properties(words: dict[str, str], at: str = "") -> dict[str, bytes]:
    return {f"{at}__substg1.0_{number}001F": _wide(mark(word)) for number, word in words.items()}


def msg() -> bytes:
    """Return a mail saved by Outlook, with a file and a mail in it."""
    first, second = (f"__attach_version1.0_#0000000{n}/" for n in (0, 1))
    inner = f"{second}__substg1.0_3701000D/"
    packed = compressed_rtf.compress(rb"{\rtf1\ansi " + mark("packed").encode() + rb"\par}")
    return compound(
        {
            "__properties_version1.0": bytes(32),
            **_properties(
                {"0037": "subject", "0C1A": "sender", "0E04": "to", "1000": "body", "0070": "topic"}
            ),
            **_properties({"8001": "own"}),
            "__substg1.0_10130102": f"<p>MARK<b>ht</b>mlMARK</p><!-- {mark('htmlremark')} -->".encode(),
            "__substg1.0_10090102": packed,
            **_properties({"3001": "receiver"}, "__recip_version1.0_#00000000/"),
            **_properties({"3707": "longname", "3704": "shortname"}, first),
            f"{first}__substg1.0_37010102": workbook("attached"),
            f"{inner}__properties_version1.0": bytes(24),
            **_properties({"0037": "innersubject", "1000": "innerbody"}, inner),
        }
    )


def workbook(word: str) -> bytes:
    """Return a workbook with a marker in a cell."""
    book = openpyxl.Workbook()
    book.active["C7"] = mark(word)
    return saved(book)


def winmail() -> bytes:
    """Return what Outlook packs a mail into."""

    def part(level: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    def said(number: int, word: str) -> bytes:
        data = mark(word).encode() + b"\0"
        return struct.pack("<HHII", 0x1E, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)

    properties = struct.pack("<I", 2) + said(0x0070, "topic") + said(0x3FFA, "modifier")
    about = struct.pack("<I", 1) + said(0x3707, "longname")
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + part(1, 0x00069007, struct.pack("<II", 1252, 0))
        + part(1, 0x00018004, mark("subject").encode() + b"\0")
        + part(1, 0x0002800C, mark("body").encode() + b"\0")
        + part(1, 0x00069003, properties)
        + part(2, 0x00069002, bytes(14))
        + part(2, 0x00018010, b"a.txt\0")
        + part(2, 0x0006800F, workbook("attached"))
        + part(2, 0x00069005, about)
    )


def eml() -> bytes:
    """Return a mail with a mail in it."""
    inner = EmailMessage()
    inner["Subject"], inner["From"] = mark("innersubject"), "a@b.se"
    inner.set_content(mark("innerbody"))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.se", f"{mark('to')} <b@c.se>", mark("subject")
    mail["Comments"], mail.preamble = mark("comments"), mark("preamble")
    mail.set_content(mark("body"))
    mail.add_attachment(inner)
    mail.add_attachment(
        workbook("attached"), maintype="application", subtype="x", filename=f"{mark('filename')}.xlsx"
    )
    return mail.as_bytes()


def zipped() -> bytes:
    """Return an archive with an archive in it."""
    inner, out = BytesIO(), BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", mark("nested"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", workbook("cell"))
        archive.writestr(f"{mark('entry')}.txt", "x")
        archive.writestr(f"{mark('folder')}/", "")
        archive.writestr("b.zip", inner.getvalue())
        archive.getinfo("a.xlsx").comment = mark("remark").encode()
        archive.comment = mark("archiveremark").encode()
    return out.getvalue()


def gzipped() -> bytes:
    """Return one packed file."""
    out = BytesIO()
    with gzip.GzipFile(mark("packedname"), "wb", fileobj=out) as packed:
        packed.write(workbook("content"))
    return out.getvalue()


def tarred() -> bytes:
    """Return a packed tape archive."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, word in (("a.xlsx", "content"), (f"{mark('entry')}.xlsx", "second")):
            member = tarfile.TarInfo(name)
            data = workbook(word)
            member.size, member.uname, member.pax_headers = (
                len(data),
                mark("owner"),
                {"comment": mark("remark")},
            )
            archive.addfile(member, BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, mark("target")
        archive.addfile(link)
    return out.getvalue()
