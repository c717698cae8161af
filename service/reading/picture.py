"""Read a picture: its words by Tesseract, what its file says of it, and whether it could be read at all."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from time import monotonic

import pillow_heif
from PIL import Image, ImageFile, ImageOps, ImageSequence, IptcImagePlugin

from service.limits import Limits
from service.reading.charset import decode
from service.reading.eye import Sight, look
from service.reading.part import CouldNotRead, Read
from service.values import Paragraphs, Piece, Unread, Zone

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # _frames counts the pixels itself, and tells a person

READ_BY_SIGHT = "(avläst bild)"
"""Ends the place of a text that was read from a picture, in which a sign may be another."""

LOGO_PIXELS = 250_000
LOGO_BYTES = 150_000
"""The most that a picture in a signature has; a photographed slip of paper is larger by far."""

SPECK = 16
"""Pixels: a picture that is lower or narrower (a line, a tracker, a bullet) can show no text."""

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,  # Pillow's word for a twisted PNG
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow was seen to raise on twisted files."""

_UNREADABLE = "Bilden kunde inte läsas tillräckligt säkert för att granskas."
_UNSURE = "Bilden har siffror som inte gick att läsa säkert."
_TOO_LARGE = "Bilden är för stor för att granskas."
_DAMAGED = "Bilden är skadad och går inte att öppna."
_MANY_SIGNS = 200_000


def read_picture(data: bytes, where: str, limits: Limits) -> Read:
    """Return what stands in the picture, on every page of it; Unread where that cannot be told surely."""
    return _read(data, where, limits, small=False)


def read_small_picture(data: bytes, where: str, limits: Limits) -> Read:
    """Read a picture shown in the text; a logo without readable words is no slip of paper."""
    return _read(data, where, limits, small=len(data) <= LOGO_BYTES)


def sight_read(sight: Sight, where: str, *, small: bool) -> Read:
    """Return what was seen as pieces and layout, with what is doubtful about it."""
    place = f"{where} {READ_BY_SIGHT}"
    pieces = tuple(Piece(text, place, Zone.ATTACHMENT) for text in sight.texts)
    if small and not (sight.unsure or sight.clear):
        return Read(pieces)
    unread = []
    if not sight.clear:
        unread.append(Unread("picture", where, _UNREADABLE))
    elif sight.unsure:
        unread.append(Unread("picture", where, _UNSURE))
    return Read(pieces, (Paragraphs(sight.laid, place),) if sight.laid.strip() else (), tuple(unread))


def grey(image: Image.Image) -> Image.Image:
    """Return the picture in grey on white, as it is shown: turned as its camera says, clear parts white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        clear = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return upright.convert("L")


def _read(data: bytes, where: str, limits: Limits, *, small: bool) -> Read:
    began, pieces, reads = monotonic(), [], []
    try:
        with Image.open(BytesIO(data)) as image:
            pieces = list(_said(image, where))
            pages = getattr(image, "n_frames", 1)
            for number, frame in enumerate(_frames(image, limits), 1):
                left = limits.pictures_seconds - (monotonic() - began)
                place = where if pages == 1 else f"{where} › sidan {number}"
                reads.append(_page(frame, place, replace(limits, pictures_seconds=left), small=small))
    except _BROKEN as fault:
        raise CouldNotRead("damaged", _DAMAGED) from fault
    return Read(
        (*pieces, *(piece for read in reads for piece in read.pieces)),
        tuple(block for read in reads for block in read.blocks),
        tuple(dict.fromkeys(item for read in reads for item in read.unread)),
    )


def _page(frame: Image.Image, where: str, limits: Limits, *, small: bool) -> Read:
    if min(frame.size) < SPECK:
        return Read()
    small = small and frame.width * frame.height <= LOGO_PIXELS
    return sight_read(look(frame, limits), where, small=small)


def _frames(image: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Yield each page or frame in grey; CouldNotRead before more is unpacked than may be."""
    left = limits.picture_pixels
    if getattr(image, "n_frames", 1) > limits.pdf_pages:
        raise CouldNotRead("too_large", _TOO_LARGE)
    for frame in ImageSequence.Iterator(image):
        left -= frame.width * frame.height
        if left < 0:
            raise CouldNotRead("too_large", _TOO_LARGE)
        yield grey(frame)


def _said(image: ImageFile.ImageFile, where: str) -> Iterator[Piece]:
    """Yield the words that the file holds beside the picture: titles, comments, whoever took it."""
    values = [*image.info.values(), *image.getexif().values()]
    values += [value for number in _EXIF_FOLDERS for value in image.getexif().get_ifd(number).values()]
    # What newspapers and archives call a picture's caption (IPTC) stands in bytes of its own.
    captions = (IptcImagePlugin.getiptcinfo(image) or {}).values()
    values += [value for told in captions for value in (told if isinstance(told, list) else [told])]
    text = "\n".join(filter(None, map(_words, values)))
    if text:
        yield Piece(text[:_MANY_SIGNS], f"{where} › bildens uppgifter", Zone.ATTACHMENT)


_EXIF_FOLDERS = (0x8769,)
"""Exif's own directory, where comments stand; the one beside it says where on earth a picture was taken."""


def _words(value: object) -> str:
    """Return a value that is text, also in bytes; dates, measures and colour profiles say nothing."""
    if isinstance(value, bytes):
        bare = value.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0")
        wide = b"\0" in bare[:64]
        value = bare.replace(b"\0", b"").decode("latin-1") if wide else decode(bare)
        if not value.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
            return ""
    return value.strip() if isinstance(value, str) else ""
