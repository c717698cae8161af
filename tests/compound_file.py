"""Writes OLE compound files (MS-CFB), for which there is no ordinary library."""

import struct
from collections.abc import Mapping

SECTOR, SMALL, CUTOFF = 512, 64, 4_096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a file with these streams; the parts of a name before a slash are storages."""
    tree: dict[str, object] = {}
    for path, data in streams.items():
        *folders, name = path.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})  # type: ignore[assignment]
        place[name] = data
    sectors: list[bytes] = []
    chain: list[int] = []
    small, small_chain = bytearray(), []  # type: ignore[var-annotated]
    entries: list[list[object]] = [["Root Entry", 5, NONE, NONE, END, 0]]

    def stored(data: bytes) -> int:
        first = len(chain)
        count = -(-len(data) // SECTOR)
        sectors.extend(data[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0") for n in range(count))
        chain.extend([*range(first + 1, first + count), END])
        return first

    def stored_small(data: bytes) -> int:
        first, count = len(small_chain), -(-len(data) // SMALL)
        small.extend(data.ljust(count * SMALL, b"\0"))
        small_chain.extend([*range(first + 1, first + count), END])
        return first

    def add(parent: int, inside: Mapping[str, object]) -> None:
        before = None
        for name, content in inside.items():
            number = len(entries)
            if isinstance(content, bytes):
                start = END if not content else (stored if len(content) >= CUTOFF else stored_small)(content)
                entries.append([name, 2, NONE, NONE, start, len(content)])
            else:
                entries.append([name, 1, NONE, NONE, 0, 0])
            if before is None:
                entries[parent][3] = number
            else:
                entries[before][2] = number
            before = number
            if isinstance(content, dict):
                add(number, content)

    add(0, tree)
    if small:
        entries[0][4], entries[0][5] = stored(bytes(small)), len(small)
    directory = stored(b"".join(map(_entry, entries)))
    small_fat = stored(_numbers(small_chain)) if small_chain else END
    fat_sectors = next(n for n in range(1, 110) if (len(chain) + n) * 4 <= n * SECTOR)
    first_fat = len(sectors)
    fat = _numbers([*chain, *[FAT] * fat_sectors]).ljust(fat_sectors * SECTOR, b"\xff")
    head = struct.pack("<8s16sHHHHH6s", MAGIC, b"", 0x3E, 3, 0xFFFE, 9, 6, b"")
    small_sectors = -(-len(small_chain) * 4 // SECTOR)
    head += _numbers([0, fat_sectors, directory, 0, CUTOFF, small_fat, small_sectors, END, 0])
    head += _numbers(list(range(first_fat, first_fat + fat_sectors))).ljust(109 * 4, b"\xff")[: 109 * 4]
    return head + b"".join(sectors) + fat


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _entry(entry: list[object]) -> bytes:
    """Return an entry of the directory; its brothers hang in one long branch to the right."""
    name, kind, right, child, start, size = entry
    wide = f"{name}\0".encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", wide, len(wide), kind, 1, NONE, right, child, b"", 0, 0, 0, start, size
    )
