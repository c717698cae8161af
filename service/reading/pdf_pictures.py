"""Pages of a PDF that show more than text: drawn by pdfium, and read as pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import monotonic

import pypdfium2
from PIL import Image

from service.limits import Limits
from service.reading.eye import look
from service.reading.part import CouldNotRead, Read
from service.reading.picture import LOGO_PIXELS, SPECK, sight_read
from service.values import Unread

_DOTS = 300 / 72
"""Pixels a point: text is read best at 300 dots an inch."""

_LONGEST = 4_000
_MOST_PICTURES = 12
_LEVELS = 8

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the drawn page."""


def look_at_pages(
    data: bytes, numbers: Sequence[int], wordless: frozenset[int], where: str, limits: Limits
) -> Iterator[tuple[int, Read]]:
    """Yield (number, what was read) of each page: all of one in `wordless`, of others only their pictures."""
    began = monotonic()
    document = pypdfium2.PdfDocument(data)
    try:
        for number in numbers:
            left = replace(limits, pictures_seconds=limits.pictures_seconds - (monotonic() - began))
            place = f"{where} › sidan {number}"
            try:
                yield number, _page(document[number - 1], place, number in wordless, left)
            except CouldNotRead as failure:
                yield number, Read(unread=(Unread(failure.code, place, failure.text),))
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage, place: str, whole: bool, limits: Limits) -> Read:
    scale = min(_DOTS, _LONGEST / max(page.get_size()))
    drawn = page.render(scale=scale, grayscale=True).to_pil()
    boxes = [] if whole else _joined(_boxes(page, drawn, scale))
    if not boxes:
        return sight_read(look(drawn, limits), place, small=False)
    if len(boxes) > _MOST_PICTURES:
        raise CouldNotRead("picture", "Sidan håller för många bilder för att granskas.")
    reads = [_picture(drawn.crop(box), place, limits) for box in boxes]
    return Read(
        tuple(piece for read in reads for piece in read.pieces),
        tuple(block for read in reads for block in read.blocks),
        tuple(dict.fromkeys(item for read in reads for item in read.unread)),
    )


def _picture(drawn: Image.Image, place: str, limits: Limits) -> Read:
    return sight_read(look(drawn, limits), place, small=drawn.width * drawn.height <= LOGO_PIXELS)


def _boxes(page: pypdfium2.PdfPage, drawn: Image.Image, scale: float) -> Iterator[Box]:
    """Yield where on the drawn page its pictures lie; one too small to show text is passed over."""
    height = page.get_height()
    for found in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=_LEVELS):
        left, bottom, right, top = (side * scale for side in found.get_bounds())
        box = (
            max(0, int(left)),
            max(0, int(height * scale - top)),
            min(drawn.width, int(right) + 1),
            min(drawn.height, int(height * scale - bottom) + 1),
        )
        if box[2] - box[0] >= SPECK and box[3] - box[1] >= SPECK:
            yield box


def _joined(boxes: Iterator[Box]) -> list[Box]:
    """Return the boxes with those that touch made one: many a scanner cuts a page into strips."""
    joined: list[Box] = []
    for box in boxes:
        near = [other for other in joined if _touch(box, other)]
        joined = [*(other for other in joined if other not in near), _around(box, *near)]
    return joined


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] <= other[2] + 2
        and other[0] <= one[2] + 2
        and one[1] <= other[3] + 2
        and other[1] <= one[3] + 2
    )


def _around(*boxes: Box) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
