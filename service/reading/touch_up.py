"""A picture made easier to read: its light evened out, its specks taken away, its lines laid level."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from service.reading.tesseract import Word

_MEASURED = 700
"""Pixels of the longer side of the small copy on which the tilt is measured."""

_TILT = 17.0
"""Degrees: a page tilted more than this was turned on purpose."""

_BLACK, _WHITE = 0.40, 0.88
"""Shares of the paper's own light: what is darker is ink, what is lighter is paper."""

_GRAINY, _NOISY = 4.0, 10.0
_READABLE = (1_800, 3_600)
"""Pixels of the longer side between which a page of text is read best: about 200 to 300 dots an inch."""

_COUNTED = 1_400
_RULE = 45
"""Pixels of a line of ink, on a page of _COUNTED pixels, that is longer than any stroke of a letter."""

Ink = NDArray[np.bool_]
Counts = NDArray[np.int64]


def touched_up(image: Image.Image) -> Image.Image:
    """Return the grey picture scaled to a readable size, evened, cleaned, and with its lines level."""
    even = _even(_scaled(image))
    noise = _noise(even)
    if noise > _NOISY:
        even = even.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.GaussianBlur(1.2))
    elif noise > _GRAINY:
        even = even.filter(ImageFilter.GaussianBlur(0.8))
    tilt = tilt_of(image)
    level = even.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=255) if tilt else even
    return level.point([round(255 * _light(value / 255)) for value in range(256)])


def tilt_of(image: Image.Image) -> float:
    """Return the degrees, counter-clockwise, by which the picture must be turned for its lines to be level.

    Where lines of text lie along the rows the sums of the rows differ most from each other. A page on its
    side is turned a quarter; which of its two ends is up this does not tell.
    """
    small = image.copy()
    small.thumbnail((_MEASURED, _MEASURED))
    drawn = Image.fromarray(_ink(small).astype(np.uint8) * 255)
    rough = max(_angles(0.0, _TILT, 1.0), key=lambda angle: _sharpness(drawn, angle)[0])
    fine = max(_angles(rough, 0.8, 0.2), key=lambda angle: _sharpness(drawn, angle)[0])
    level = fine if abs(fine) >= 0.3 else 0.0
    return level + 90.0 if _sharpness(drawn, level)[1] else level


def unread_share(image: Image.Image, words: Iterable[Word]) -> float:
    """Return the share of a picture's ink, rules of forms aside, that lies outside the words read in it."""
    small = image.copy()
    small.thumbnail((_COUNTED, _COUNTED), Image.Resampling.BOX)
    ink = _ink(small.filter(ImageFilter.MedianFilter(3)))
    ink &= ~(_rules(ink) | _rules(ink.T).T)
    scale = small.width / image.width
    outside = ink.copy()
    for word in words:
        margin = word.height * 0.3
        left, top = (int(max(0.0, side - margin) * scale) for side in (word.left, word.top))
        right, bottom = (word.left + word.width + margin) * scale, (word.top + word.height + margin) * scale
        outside[top : int(bottom) + 1, left : int(right) + 1] = False
    return float(outside.sum() / max(1, ink.sum()))


def _rules(ink: Ink) -> Ink:
    """Return the ink that lies in unbroken rows longer than any letter."""
    if ink.shape[1] <= _RULE:
        return np.zeros_like(ink)
    sums: Counts = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1)
    whole: Ink = (sums[:, _RULE:] - sums[:, :-_RULE]) == _RULE
    reach: Counts = np.cumsum(np.pad(whole, ((0, 0), (_RULE, _RULE))), axis=1)
    found: Ink = (reach[:, _RULE:] - reach[:, :-_RULE])[:, : ink.shape[1]] > 0
    return found


def _light(share: float) -> float:
    return min(1.0, max(0.0, (share - _BLACK) / (_WHITE - _BLACK)))


def _ink(image: Image.Image) -> Ink:
    found: Ink = np.asarray(_even(image)) < 255 * (_BLACK + _WHITE) / 2
    return found


def _angles(middle: float, reach: float, step: float) -> Iterator[float]:
    # Nearest to level first, so that a page without any lines stays as it is.
    yield middle
    for count in range(1, round(reach / step) + 1):
        yield middle + count * step
        yield middle - count * step


def _sharpness(drawn: Image.Image, angle: float) -> tuple[float, bool]:
    """Return how sharply lines part from the space between them, and whether they run down the picture."""
    turned = np.asarray(drawn.rotate(angle, Image.Resampling.NEAREST, expand=True), dtype=np.float32)
    along, down = _steps(turned.sum(axis=1)), _steps(turned.sum(axis=0))
    return max(along, down), down > along


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
    size = (max(1, image.width * 64 // reach), max(1, image.height * 64 // reach))
    light = image.resize(size, Image.Resampling.BOX).filter(ImageFilter.MaxFilter(5))
    light = light.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BICUBIC)
    shown = np.asarray(image, dtype=np.float32) / np.maximum(np.asarray(light, dtype=np.float32), 1.0)
    return Image.fromarray(np.clip(shown * 255, 0, 255).astype(np.uint8))


def _noise(image: Image.Image) -> float:
    """Return how much a pixel differs from its neighbours where the picture is paper, on a scale of 255."""
    sample = image.crop((0, 0, min(1_000, image.width), min(1_000, image.height)))
    smooth = np.asarray(sample.filter(ImageFilter.MedianFilter(3)), dtype=np.float32)
    paper = smooth > 180
    if not paper.any():
        return 0.0
    return float(np.abs(np.asarray(sample, dtype=np.float32) - smooth)[paper].std())
