"""A slip of paper is read or told of, never passed over; a logo is no slip of paper."""

import re
from email.message import EmailMessage

import pytest
from PIL import Image, ImageDraw, ImageFont

from service.limits import Limits
from service.reading.mime import read
from service.reading.picture import READ_BY_SIGHT
from service.values import Document, Paragraphs
from tests.bench.ocr import outcome
from tests.marked_pictures import FONT, drawn, stored
from tests.slips import slip

READABLE = (1, 2, 13, 29, 51)
"""Slips that are plain, tilted 12 and 14 degrees, noisy in shadow, and blurred in shadow."""


def document(picture: Image.Image, *, inline: bool = False, limits: Limits | None = None) -> Document:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "eva@karlstad.se", "bild"
    mail.set_content("Se bilden.")
    mail.add_attachment(
        stored(picture, "PNG"),
        maintype="image",
        subtype="png",
        filename="bild.png",
        disposition="inline" if inline else "attachment",
        cid="<logo@x>" if inline else None,
    )
    return read(mail.as_bytes(), limits or Limits())


def lettered(size: tuple[int, int], *lines: str) -> Image.Image:
    image = Image.new("RGB", size, "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((10, 10 + 50 * row), line, "navy", ImageFont.truetype(FONT, 32))
    return image


@pytest.mark.parametrize("seed", READABLE)
def test_a_slip_is_read_although_it_is_tilted_noisy_or_in_shadow(seed: int) -> None:
    assert outcome(slip(seed)) == "read"


def test_a_slip_that_nobody_can_read_is_told() -> None:
    assert outcome(slip(7)) == "gated"


def test_a_turned_form_is_laid_out_upright() -> None:
    form = lettered(
        (900, 500), "Beställning till lagret", "Artikel     Antal", "Rollator      4", "Duschpall    12"
    )
    for turn in (0, 90, 180, 270):
        blocks = document(form.rotate(turn, expand=True)).blocks
        (block,) = (b for b in blocks if isinstance(b, Paragraphs) and b.where.endswith(READ_BY_SIGHT))
        rows = [re.findall(r"\w+", line) for line in block.text.splitlines()]
        assert rows[1:] == [["Artikel", "Antal"], ["Rollator", "4"], ["Duschpall", "12"]]


def test_what_is_read_by_sight_says_so() -> None:
    (piece, *_) = (p for p in document(drawn("420312-2382")).pieces if "420312-2382" in p.text)
    assert piece.where == f"bilaga bild.png {READ_BY_SIGHT}"


def test_a_logo_in_a_signature_is_clean_and_its_words_are_read() -> None:
    found = document(lettered((300, 80), "Region X"), inline=True)
    assert found.unread == ()
    assert any("Region" in piece.text for piece in found.pieces)


@pytest.mark.parametrize(
    ("picture", "inline"),
    [
        (lettered((300, 80), "Region X"), False),  # put aside as a file, it is no logo
        (Image.effect_mandelbrot((900, 700), (-2, -1, 1, 1), 60), True),  # too large for one
        (Image.effect_noise((900, 700), 90), False),
    ],
)
def test_a_picture_that_is_not_read_is_told(picture: Image.Image, inline: bool) -> None:
    assert [unread.code for unread in document(picture, inline=inline).unread] == ["picture"]


def test_half_a_page_read_is_not_read() -> None:
    page = drawn("420312-2382").convert("L")
    hand = Image.effect_noise((500, 300), 80).point(lambda value: 0 if value > 150 else 255)
    page.paste(hand, (480, 200))
    assert [unread.code for unread in document(page).unread] == ["picture"]


@pytest.mark.parametrize("text", ["42O312-2382", "420312-238", "420312-23823"])
def test_almost_a_personnummer_is_told(text: str) -> None:
    assert "picture" in {unread.code for unread in document(drawn(text)).unread}


def test_pictures_beyond_their_time_or_size_are_told() -> None:
    late, large = Limits(pictures_seconds=0), Limits(picture_pixels=1_000)
    assert [unread.code for unread in document(drawn("1"), limits=late).unread] == ["picture"]
    assert [unread.code for unread in document(drawn("1"), limits=large).unread] == ["too_large"]
