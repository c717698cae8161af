"""Pictures of slips of paper, and files that hold one; a number is drawn, for it is read most surely."""

from io import BytesIO

import docx
import openpyxl
import openpyxl.drawing.image
import pillow_heif
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from tests.marked_mails import workbook
from tests.marked_texts import mark
from tests.office_files import saved

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def drawn(number: str) -> Image.Image:
    """Return a picture of a slip of paper with the number on it."""
    image = Image.new("RGB", (1000, 640), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 40)
    for row, line in enumerate(
        (
            "Beställning till lagret",
            "Rollator och gåstol",
            f"Märkning {number} tack",
            "Hälsningar från förrådet",
        )
    ):
        draw.text((60, 60 + 110 * row), line, fill="black", font=font)
    return image


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as a file of this kind."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png() -> bytes:
    """Return a picture with words beside it."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", mark("text"))
    words.add_itxt("Description", mark("itxt"), zip=True)
    return stored(drawn("5530-4424"), "PNG", pnginfo=words)


def jpg() -> bytes:
    """Return a photo with the words of its camera."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = mark("exiftitle"), mark("artist")
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + mark("usercomment").encode()
    return stored(drawn("4440-4435"), "JPEG", exif=exif, comment=mark("jpegcomment").encode(), quality=85)


def tiff() -> bytes:
    """Return a fax of two pages."""
    pages = [drawn("3350-4446").convert("L"), drawn("3350-4457").convert("L")]
    return stored(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def heic() -> bytes:
    """Return a telephone's photo."""
    out = BytesIO()
    pillow_heif.from_pillow(drawn("2260-4468")).save(out, quality=80)
    return out.getvalue()


def scan() -> bytes:
    """Return a PDF with a page that is a picture, one with a picture in its text, and a file inside."""
    out = BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawImage(ImageReader(drawn("1170-4479")), 0, 300, 595, 381)
    sheet.showPage()
    sheet.drawString(72, 720, mark("page"))
    sheet.drawInlineImage(drawn("1180-4480"), 72, 300, 450, 288)
    sheet.save()
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(out.getvalue())))
    writer.add_attachment(f"{mark('inside')}.xlsx", workbook("attached"))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def docx_with_picture() -> bytes:
    """Return a document whose slip is a picture."""
    document = docx.Document()
    document.add_picture(BytesIO(stored(drawn("1190-4491"), "PNG")))
    return saved(document)


def xlsx_with_picture() -> bytes:
    """Return a workbook whose slip is a picture."""
    book = openpyxl.Workbook()
    book.active.add_image(openpyxl.drawing.image.Image(BytesIO(stored(drawn("1210-4502"), "PNG"))), "B2")
    return saved(book)
