"""A picture made easier to read: its light evened out, its specks taken away, its lines laid level."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

_MEASURED = 700
"""Pixels of the longer side of the small copy on which the tilt is measured."""

_TILT = 17.0
"""Degrees: a page tilted more than this was turned on purpose, and is turned by Tesseract."""

_INK = 20
_NOISE = 9.0
_READABLE = (1_800, 3_600)
"""Pixels of the longer side between which a page of text is read best: about 200 to 300 dots an inch."""


def touched_up(image: Image.Image) -> Image.Image:
    """Return the grey picture scaled to a readable size, evened, cleaned and level."""
    scaled = _scaled(image)
    even = _even(scaled)
    clean = even.filter(ImageFilter.MedianFilter(3)) if _noise(even) > _NOISE else even
    tilt = tilt_of(even)
    level = clean.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=255) if tilt else clean
    return ImageOps.autocontrast(level, cutoff=(2, 2))


def tilt_of(image: Image.Image) -> float:
    """Return the degrees, counter-clockwise, by which the picture must be turned for its lines to be level.

    Lines of text that lie along the rows, or the columns of a picture on its side, make the sums of the rows
    differ most from each other.
    """
    small = image.copy()
    small.thumbnail((_MEASURED, _MEASURED))
    ink = np.asarray(_even(small), dtype=np.int16) < 255 - 3 * _INK
    drawn = Image.fromarray(ink.astype(np.uint8) * 255)
    rough = max(_angles(0.0, _TILT, 1.0), key=lambda angle: _sharpness(drawn, angle))
    fine = max(_angles(rough, 0.8, 0.2), key=lambda angle: _sharpness(drawn, angle))
    return fine if abs(fine) >= 0.3 else 0.0


def _angles(middle: float, reach: float, step: float) -> Iterator[float]:
    # Nearest to level first, so that a page without any lines stays as it is.
    yield middle
    for count in range(1, round(reach / step) + 1):
        yield middle + count * step
        yield middle - count * step


def _sharpness(drawn: Image.Image, angle: float) -> float:
    turned = np.asarray(drawn.rotate(angle, Image.Resampling.NEAREST, expand=True), dtype=np.float32)
    return max(_steps(turned.sum(axis=1)), _steps(turned.sum(axis=0)))


def _steps(sums: NDArray[np.float32]) -> float:
    return float(np.square(np.diff(sums)).sum())


def _scaled(image: Image.Image) -> Image.Image:
    longer, (least, most) = max(image.size), _READABLE
    share = least / longer if longer < least else most / longer if longer > most else 1.0
    share = min(share, 3.0)
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image if share == 1.0 else image.resize(size, Image.Resampling.LANCZOS)


def _even(image: Image.Image) -> Image.Image:
    """Return the picture with its paper white everywhere: divided by its own light, shadows and all."""
    reach = max(image.size)
    rough = image.resize((max(1, image.width * 64 // reach), max(1, image.height * 64 // reach)))
    light = rough.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2)).resize(image.size)
    shown = np.asarray(image, dtype=np.float32) / np.maximum(np.asarray(light, dtype=np.float32), 1.0)
    return Image.fromarray(np.clip(shown * 255, 0, 255).astype(np.uint8))


def _noise(image: Image.Image) -> float:
    """Return how much a pixel differs from its neighbours where the picture is paper, on a scale of 255."""
    sample = image.crop((0, 0, min(1_000, image.width), min(1_000, image.height)))
    smooth = np.asarray(sample.filter(ImageFilter.MedianFilter(3)), dtype=np.float32)
    paper = smooth > 200
    if not paper.any():
        return 0.0
    return float(np.abs(np.asarray(sample, dtype=np.float32) - smooth)[paper].std())
