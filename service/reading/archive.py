"""Archives of files: zip, gz and tar, unpacked within limits and counted by what is really unpacked."""

import posixpath
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from gzip import BadGzipFile, GzipFile
from io import BytesIO

from service.limits import Limits
from service.reading.package import unpack
from service.reading.part import CouldNotRead, File, Read
from service.values import Piece, Unread, Zone

_BROKEN = (tarfile.TarError, BadGzipFile, zlib.error, EOFError, OSError, ValueError, OverflowError)
_CHUNK = 1 << 16
_TAR_MAGIC = slice(257, 262)
_TOO_LARGE = "Filen blir för stor när den packas upp."
_DAMAGED = "Arkivet är skadat och går inte att packa upp."


def read_zip(data: bytes, where: str, limits: Limits) -> Read:
    """Return the files in a zip archive and their names; CouldNotRead where it is locked, cut or large."""
    package = unpack(data, limits)
    return _read(package.parts.items(), package.comment, where)


def read_gzip(data: bytes, where: str, limits: Limits) -> Read:
    """Return the one file in a gz, or the many where that is a tar."""
    try:
        with GzipFile(fileobj=BytesIO(data)) as packed:
            inside = _bounded(packed.read(limits.unpacked_bytes + 1), limits)
    except _BROKEN as fault:
        raise CouldNotRead("damaged", _DAMAGED) from fault
    if inside[_TAR_MAGIC] == b"ustar":
        return read_tar(inside, where, limits)
    name, comment = _gzip_header(data)
    return _read([(name or _stem(where), inside)], comment, where)


def read_tar(data: bytes, where: str, limits: Limits) -> Read:
    """Return the files in a tar archive; links and devices hold nothing but their names, which are read."""
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as archive:
            members = list(_members(archive, limits))
    except _BROKEN as fault:
        raise CouldNotRead("damaged", _DAMAGED) from fault
    return _read(members, "", where)


def _members(archive: tarfile.TarFile, limits: Limits) -> Iterator[tuple[str, bytes]]:
    left = limits.unpacked_bytes
    for count, member in enumerate(archive, 1):
        if count > limits.archive_entries:
            raise CouldNotRead("too_large", "Arkivet håller för många filer för att granskas.")
        file = archive.extractfile(member) if member.isfile() else None
        content = _bounded(file.read(left + 1) if file else b"", limits, left)
        left -= len(content)
        # Who packed it and with what further words stands in the header of the member.
        about = " ".join((member.linkname, member.uname, member.gname, *member.pax_headers.values()))
        yield member.name, content
        if about.strip():
            yield f"{member.name} ({' '.join(about.split())})", b""


def _read(entries: Iterable[tuple[str, bytes]], comment: str, where: str) -> Read:
    names, files = [comment], []
    for name, content in entries:
        names.append(name)
        if content:
            files.append(File(content, posixpath.basename(name), f"{where} › {' '.join(name.split())}"))
    told = "\n".join(dict.fromkeys(filter(None, names)))
    pieces = (Piece(told, f"{where} › namn i arkivet", Zone.NAME),) if told else ()
    unread = () if files else (Unread("not_read", where, "Arkivet är tomt."),)
    return Read(pieces, (), unread, tuple(files))


def _gzip_header(data: bytes) -> tuple[str, str]:
    """Return the name and the comment that RFC 1952 (2.3) lets a header hold."""
    flags, at, said = data[3], 10, ["", ""]
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for index, flag in enumerate((8, 16)):
        if flags & flag:
            end = data.index(b"\x00", at)
            said[index], at = data[at:end].decode("latin-1"), end + 1
    return said[0], said[1]


def _stem(where: str) -> str:
    return where.rpartition(" ")[2].removesuffix(".gz")


def _bounded(content: bytes, limits: Limits, left: int | None = None) -> bytes:
    if len(content) > (limits.unpacked_bytes if left is None else left):
        raise CouldNotRead("too_large", _TOO_LARGE)
    return content
