"""No place of a mail hides a patient: each holds once a number, once a name, and once a harmless word."""

import base64
import quopri
import struct
import time
from collections.abc import Callable
from email.header import Header
from io import BytesIO
from urllib.parse import quote, quote_plus

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from service.values import Decision
from tests.marked_pictures import drawn, stored
from tests.test_mails import the_judge

NUMBER, PERSON, HARMLESS = "420312-2389", "Brukaren Rune Nyberg behöver en rullator", "Fyllning"
ORDER = (
    "Buffertförrådet i Säffle ska fyllas på:\n- 5 st rollator Lund, 46630\n- 8 st kryckkäpp Sväng, 43811\n"
)
SENDER = "Rut Alfredsson <rut.alfredsson@saffle.se>"
Make = Callable[[str], bytes]


def mail(body: bytes, fields: str = "", subject: str = "Paafyllning") -> bytes:
    head = f"From: {SENDER}\r\nTo: order@regionvarmland.se\r\nSubject: {subject}\r\n{fields}"
    return f"{head}Date: Mon, 30 Mar 2026 08:12:00 +0200\r\nMIME-Version: 1.0\r\n".encode() + body


def leaf(text: str, kind: str = "plain", fields: str = "") -> bytes:
    head = f"{fields}Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(text.encode())


def page(aside: str = "", head: str = "") -> bytes:
    rows = "".join(f"<p>{line}</p>" for line in ORDER.splitlines())
    return leaf(f"<html><head>{head}</head><body>{rows}{aside}</body></html>", "html")


def parts(*inner: bytes, fields: str = "", kind: str = "mixed") -> bytes:
    head, mark = f'{fields}Content-Type: multipart/{kind}; boundary="=={kind}"\r\n\r\n', f"--=={kind}"
    told = b"".join(f"{mark}\r\n".encode() + one + b"\r\n" for one in inner)
    return head.encode() + told + f"{mark}--".encode()


def with_file(disposition: str, fields: str = "", kind: str = "plain") -> bytes:
    file = leaf("Ring om ni undrar.", kind, f"Content-Disposition: {disposition}\r\n{fields}")
    return mail(parts(leaf(ORDER), file))


def encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def word(text: str) -> str:
    return f"=?utf-8?B?{in_base64(text)}?="


def pieces(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def attached(text: str) -> str:
    return f'attachment; filename="{text}"'


def forwarded(fields: str) -> bytes:
    inner = f"Content-Type: message/rfc822\r\n{fields}\r\n".encode() + mail(leaf("Hej!"))
    return mail(parts(leaf(ORDER), inner))


def in_page(tag: str) -> Make:
    return lambda text: mail(page(tag.format(text)))


def in_link(spell: Callable[[str], str], *, html: bool) -> Make:
    if html:
        return lambda text: mail(page(f'<a href="{spell(text)}">länk</a>'))
    return lambda text: mail(leaf(f"{ORDER}Se {spell(text)}"))


def in_field(name: str, after: str = "") -> Make:
    return lambda text: mail(leaf(ORDER), f"{name}: {encoded(text)}{after}\r\n")


def in_field_of_text(name: str) -> Make:
    return lambda text: mail(parts(leaf(ORDER, fields=f"{name}: {encoded(text)}\r\n")))


def in_field_of_file(name: str) -> Make:
    return lambda text: with_file(attached("order.txt"), f"{name}: {encoded(text)}\r\n")


def escaped(text: str) -> str:
    return "".join(f"\\{ord(sign):06x}" for sign in text)


HTML: dict[str, str] = {
    **{name: f'<img {name}="{{}}">' for name in ("alt", "title", "aria-label", "data-x")},
    **{name: f'<input {name}="{{}}">' for name in ("placeholder", "value")},
    "words that begin as a link does": '<img alt="Data: {}, i dag">',
    "the words in front of a link's file": '<img src="data:text/plain;name={},Hej">',
    "comment": "<!-- {} -->",
    "conditional comment": "<!--[if mso]><p>{}</p><![endif]-->",
    **{
        style: f'<div style="{style}">{{}}</div>'
        for style in ("display:none", "color:#ffffff", "font-size:0px", "max-height:0;overflow:hidden")
    },
    "script": '<script type="application/ld+json">{{"name":"{}"}}</script>',
    "template": "<template>{}</template>",
    "svg": "<svg><title>{}</title></svg>",
}
LINKS: dict[str, Callable[[str], str]] = {
    "percent signs": lambda text: f"https://x.se/?q={quote(text)}",
    "pluses": lambda text: f"https://x.se/?q={quote_plus(text)}",
    "percent signs of latin-1": lambda text: f"https://x.se/?q={quote(text.encode('latin-1'))}",
    "a link in a link": lambda text: f"https://x.se/?u={quote('https://y.se/' + quote(text), safe='')}",
    "a shared file": lambda text: f"https://x.se/Delade%20dokument/{quote(text)}.docx?web=1",
    "a file's name": lambda text: f"https://x.se/{quote(text.replace(' ', '_'))}.pdf",
    "a mail to write": lambda text: f"mailto:a@b.se?body=Hej%0A{quote(text)}",
}
FIELDS = (
    *("Thread-Topic", "Keywords", "Comments", "Importance", "X-Priority"),
    *("X-Message-Flag", "X-Original-Subject", "X-Kommentar", "Content-Description"),
)
PLACES: dict[str, Make] = {
    **{f"html {name}": in_page(tag) for name, tag in HTML.items()},
    **{f"html link: {name}": in_link(spell, html=True) for name, spell in LINKS.items()},
    **{f"plain link: {name}": in_link(spell, html=False) for name, spell in LINKS.items()},
    "html packed in a link": lambda s: mail(page(f'<img src="data:text/html;base64,{in_base64(s)}">')),
    "style content": lambda s: mail(page(head=f"<style>p:after{{content:'{s}'}}</style>")),
    "style escapes": lambda s: mail(page(head=f"<style>p:after{{content:'{escaped(s)}'}}</style>")),
    "style variable": lambda s: mail(page(head=f"<style>p{{--told:'{s}'}}</style>")),
    "another version": lambda s: mail(parts(leaf(s), page(), kind="alternative")),
    **{f"field {name}": in_field(name) for name in FIELDS},
    **{f"address of {name}": in_field(name, " <a@b.se>") for name in ("Cc", "Reply-To", "Sender")},
    "subject of utf-16": lambda s: mail(
        leaf(ORDER), subject=f"=?utf-16?B?{base64.b64encode(s.encode('utf-16')).decode()}?="
    ),
    "subject in pieces": lambda s: mail(leaf(ORDER), subject="\r\n ".join(map(word, pieces(s)))),
    "subject encoded twice": lambda s: mail(leaf(ORDER), subject=word(word(s))),
    "file name": lambda s: with_file(attached(f"{encoded(s)}.txt")),
    "file name in pieces": lambda s: with_file(
        "attachment; " + "; ".join(f'filename*{n}="{one}"' for n, one in enumerate(pieces(s)))
    ),
    "file name beside another": lambda s: with_file(
        f"attachment; filename=order.txt; filename*=utf-8''{quote(s)}.txt"
    ),
    "second file name": lambda s: with_file(f'attachment; filename=order.txt; filename="{s}.txt"'),
    "second disposition": lambda s: with_file(
        attached("order.txt"), f"Content-Disposition: {attached(f'{s}.txt')}\r\n"
    ),
    "name in the type": lambda s: with_file(attached("order.txt"), kind=f'plain; name="{s}.txt"'),
    "another parameter": lambda s: with_file(f'attachment; filename=order.txt; comment="{s}"'),
    **{
        f"{name} of a file": in_field_of_file(name)
        for name in ("Content-Description", "Content-Location", "X-Comment")
    },
    **{
        f"{name} of the text": in_field_of_text(name)
        for name in ("Content-Description", "Subject", "Comments")
    },
    "description of parts": lambda s: mail(
        parts(parts(leaf(ORDER), kind="related", fields=f"Content-Description: {encoded(s)}\r\n"))
    ),
    "name of a mail": lambda s: forwarded(f"Content-Disposition: {attached(f'{encoded(s)}.eml')}\r\n"),
    "description of a mail": lambda s: forwarded(f"Content-Description: {encoded(s)}\r\n"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_patient_is_found_in_every_place(place: str) -> None:
    for secret in (NUMBER, PERSON):
        judgement = the_judge().judge(PLACES[place](secret))
        assert judgement.decision in (Decision.REJECTED, Decision.FLAGGED), secret
        assert any(reason.certainty for reason in judgement.reasons), secret


@pytest.mark.parametrize("place", PLACES)
def test_a_harmless_word_in_the_same_place_holds_no_mail(place: str) -> None:
    assert the_judge().judge(PLACES[place](HARMLESS)).decision is Decision.ACCEPTED


def test_white_space_after_a_soft_break_parts_no_number() -> None:
    text = quopri.encodestring(ORDER.encode()) + b"= \n".join(bytes([sign]) for sign in NUMBER.encode())
    body = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    assert the_judge().judge(mail(body + text)).decision is Decision.REJECTED


@pytest.mark.parametrize(
    "told",
    [
        base64.encodebytes(PERSON.encode() * 30).decode(),
        f"\u202e{NUMBER[::-1]}\u202c",
        "\n".join(NUMBER),
        "\n".join("RuneNyberg"),
    ],
    ids=["letters of a file", "turned signs", "a sign a line", "a letter a line"],
)
def test_what_a_person_reads_otherwise_is_left_to_a_person(told: str) -> None:
    judgement = the_judge().judge(mail(leaf(f"{ORDER}\n{told}")))
    assert "not_read" in {reason.code for reason in judgement.reasons}


@pytest.mark.parametrize(
    "told",
    [
        f'<bdo dir="rtl">{NUMBER[::-1]}</bdo>',
        "".join(f'<div style="float:left">{sign}</div>' for sign in NUMBER),
    ],
    ids=["turned", "shattered"],
)
def test_what_html_puts_together_for_the_eye_is_left_to_a_person(told: str) -> None:
    judgement = the_judge().judge(mail(page(told)))
    assert "not_read" in {reason.code for reason in judgement.reasons}


@pytest.mark.parametrize("sheet", ["font" * 100_000, "/*'\"url(" * 50_000, "a:'b' /* c */ " * 20_000])
def test_a_style_sheet_is_read_in_time_that_grows_with_it(sheet: str) -> None:
    began = time.monotonic()
    the_judge().judge(mail(page(head=f"<style>{sheet}</style>")))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "link",
    [
        "https://www.etac.com/sv-se/produkter/molift-smart-150/",
        "https://fonts.googleapis.com/css?family=Open+Sans:400,700|Playfair+Display",
        "https://www.linkedin.com/in/rut-alfredsson-1234567890/",
        "https://www.saffle.se/kontakta%20oss/v%C3%A5rd%20och%20omsorg",
        "https://x.sharepoint.com/:w:/r/sites/hjm/Delade%20dokument/Produktblad%20rollator.pdf?csf=1",
    ],
)
def test_the_links_of_a_signature_hold_no_mail(link: str) -> None:
    assert the_judge().judge(mail(page(f'<a href="{link}">länk</a>'))).decision is Decision.ACCEPTED


@pytest.mark.parametrize(
    "field",
    [
        "X-Mailer: Microsoft Outlook 16.0",
        "X-Sender: =?utf-8?q?=C3=85sa_Lind?= <asa.lind@saffle.se>",
        "X-Priority: 1 (Highest)",
        "X-Build: 20260330-0812",
        "Thread-Topic: Paafyllning",
    ],
)
def test_what_programs_write_in_a_header_holds_no_mail(field: str) -> None:
    assert the_judge().judge(mail(leaf(ORDER), f"{field}\r\n")).decision is Decision.ACCEPTED


def placed(text: str, stretch: float) -> bytes:
    """Return a page on which each letter is placed by itself, as some programs print."""
    out = BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "Produktblad rollator Lund 46630")
    across = 72.0
    for sign in text:
        if sign != " ":
            sheet.drawString(across, 600, sign)
        across += stretch * stringWidth(sign, "Helvetica", 12)
    sheet.save()
    return out.getvalue()


def captioned(text: str) -> bytes:
    """Return a photo whose caption stands where newspapers keep it (IPTC-IIM 2:120)."""
    said = text.encode()
    record = b"\x1c\x02\x78" + struct.pack(">H", len(said)) + said
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)
    segment = b"Photoshop 3.0\0" + block
    photo = stored(drawn("Fyllning"), "JPEG", quality=85)
    return photo[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + photo[2:]


def with_bytes(data: bytes, kind: str, name: str) -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Disposition: {attached(name)}\r\n"
    head += "Content-Transfer-Encoding: base64\r\n\r\n"
    return mail(parts(leaf(ORDER), head.encode() + base64.encodebytes(data)))


@pytest.mark.parametrize("secret", [NUMBER, PERSON])
@pytest.mark.parametrize("stretch", [1.0, 1.2, 2.0])
def test_letters_of_a_pdf_that_stand_each_by_itself_are_words(stretch: float, secret: str) -> None:
    raw = with_bytes(placed(secret, stretch), "application/pdf", "a.pdf")
    assert the_judge().judge(raw).decision is Decision.REJECTED


@pytest.mark.parametrize("secret", [NUMBER, PERSON])
def test_the_caption_of_a_photo_is_read(secret: str) -> None:
    raw = with_bytes(captioned(secret), "image/jpeg", "a.jpg")
    assert the_judge().judge(raw).decision is Decision.REJECTED


@pytest.mark.parametrize("kind", ["application/pgp-signature", "application/pkcs7-signature"])
def test_a_text_that_says_it_is_a_signature_is_read(kind: str) -> None:
    raw = with_bytes(NUMBER.encode(), kind, "signature.asc")
    assert the_judge().judge(raw).decision is Decision.REJECTED


def test_a_slip_that_is_packed_into_the_html_is_read() -> None:
    slip = base64.b64encode(stored(drawn(NUMBER), "PNG")).decode()
    raw = mail(page(f'<img src="data:image/png;base64,{slip}">'))
    assert the_judge().judge(raw).decision is Decision.REJECTED
