"""Slips of paper as people photograph and scan them, drawn from a seed: tilted, blurred, noisy, shaded."""

import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = sorted(
    path
    for folder in ("dejavu", "liberation")
    for path in Path("/usr/share/fonts/truetype", folder).glob("*.ttf")
    if "Symbols" not in path.name and "Math" not in path.name
)
_ARTICLES = (
    "Duschpall",
    "Glidlakan",
    "Rollator Carl-Oskar",
    "Toalettförhöjning",
    "Hygienstol",
    "Gåbord",
    "Griptång",
)
_LABELS = ("Pnr: ", "", "Brukare ", "Personnummer ", "född ", "Patient ")


@dataclass(frozen=True, slots=True)
class Slip:
    """A drawn slip, the personnummer on it by its digits, and what was done to the picture."""

    image: Image.Image
    number: str
    done: tuple[str, ...]


def slip(seed: int) -> Slip:
    """Return the slip of this seed, always the same."""
    chance = random.Random(seed)
    number, shown = _number(chance)
    image = _written(chance, shown)
    done: list[str] = []
    tilt = chance.uniform(-15, 15) if chance.random() < 0.7 else 0.0
    if tilt:
        image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=250)
        done.append(f"tilt {tilt:.0f}")
    turn = chance.choice((90, 180, 270)) if chance.random() < 0.2 else 0
    if turn:
        image = image.rotate(turn, expand=True)
        done.append(f"turn {turn}")
    if chance.random() < 0.5:
        blur = chance.uniform(0.5, 3.0)
        image = image.filter(ImageFilter.GaussianBlur(blur))
        done.append(f"blur {blur:.1f}")
    if chance.random() < 0.4:
        image = _shaded(image, chance)
        done.append("shadow")
    if chance.random() < 0.4:
        image = _noisy(image, chance.choice((15, 30, 50)), seed)
        done.append("noise")
    if chance.random() < 0.4:
        image = _packed(image, chance.choice((10, 25, 50)))
        done.append("jpeg")
    return Slip(image, number, tuple(done))


def _number(chance: random.Random) -> tuple[str, str]:
    """Return the ten digits of an invented personnummer with its right check digit, and a way to write it."""
    year = chance.randint(1925, 2015)
    nine = f"{year % 100:02}{chance.randint(1, 12):02}{chance.randint(1, 28):02}{chance.randint(0, 999):03}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    ten = nine + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
    whole = f"{year // 100}{ten}" if chance.random() < 0.5 else ten
    return ten, whole[:-4] + chance.choice("-- ") + whole[-4:]


def _written(chance: random.Random, shown: str) -> Image.Image:
    dots, points = chance.choice((150, 200, 300)), chance.choice((9, 11, 14))
    font = ImageFont.truetype(chance.choice(FONTS), points * dots // 72)
    first, second = chance.sample(_ARTICLES, 2)
    lines = ["Beställning", "Från Karlstad centrallager", "till Torsby"]
    lines += [f"{chance.randint(10_000, 99_999)} {first} {chance.randint(1, 9)} st"]
    lines += [chance.choice(_LABELS) + shown]
    lines += [f"{chance.randint(10_000, 99_999)} {second} {chance.randint(1, 9)} st"]
    lines += ["Märk: lager, hylla 4", "Hälsningar Eva, arbetsterapeut"]
    image = Image.new("L", (dots * 6, dots * 5), 250)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((dots // 2, dots // 2 + row * dots // 2), line, fill=chance.choice((10, 40, 80)), font=font)
    return image


def _shaded(image: Image.Image, chance: random.Random) -> Image.Image:
    across = np.linspace(chance.uniform(0.4, 0.8), 1.0, image.width)
    down = np.linspace(1.0, chance.uniform(0.6, 1.0), image.height)
    return Image.fromarray((np.asarray(image) * np.outer(down, across)).astype(np.uint8))


def _noisy(image: Image.Image, strength: int, seed: int) -> Image.Image:
    grain = np.random.default_rng(seed).normal(0, strength, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def _packed(image: Image.Image, quality: int) -> Image.Image:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("L")
