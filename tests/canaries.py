"""Sixty invented identities, each hidden in a mail of its own, and the search that finds them anywhere."""

import base64
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import docx
import openpyxl
from reportlab.pdfgen.canvas import Canvas

from tests.made import ORDER, letter_from

FIRST = ("Ragnhilda", "Torvalda", "Sigbritte", "Ingemunda", "Alfhildis", "Gunvorine")
LAST = ("Kvistmo", "Brudahl", "Fjosvik", "Hulterskjold", "Vrenstad")
"""Every pair is a name that nobody bears, and no half of it stands in any list or text of the project."""

SPELLINGS: tuple[Callable[[str, str], str], ...] = (
    lambda day, tail: f"{day}-{tail}",
    lambda day, tail: f"{day}{tail}",
    lambda day, tail: f"{day[2:]}-{tail}",
    lambda day, tail: f"{day[2:]}{tail}",
    lambda day, tail: f"{day[2:]} {tail}",
    lambda day, tail: f"{day}\N{EN DASH}{tail}",
    lambda day, tail: f"{day[:4]}-{day[4:6]}-{day[6:]}-{tail}",
    lambda day, tail: f"{day}\N{ZERO WIDTH SPACE}-{tail}",
    lambda day, tail: f"{day}-{tail}".translate({48 + n: 0xFF10 + n for n in range(10)}),
    lambda day, tail: f"{day[2:]}.{tail}",
)


TOLD = (
    ("Hon bor på Ringelgransvägen 41.", "Ringelgransvägen"),
    ("Levereras hem till henne, Snurrebogatan 7 i Kil.", "Snurrebogatan"),
    ("Dottern nås på 070-831 66 04.", "0708316604"),
    ("Brukaren nås på 0555-716 39.", "055571639"),
    ("Patientens mejl är zvanhilda@example.com.", "zvanhilda"),
    ("Hon är född 1931-04-17.", "19310417"),
    ("Han har ALS, säger doktor Prunkelid.", "Prunkelid"),
    ("Hon väger 132 kg sedan Trastevaljen.", "Trastevaljen"),
    ("Den ska till rum 12, det med Knorrelampan.", "Knorrelampan"),
    ("En dam på 84 år från Skrynkelby.", "Skrynkelby"),
    ("Brukare Q.Z. har kommit från Vippelunden.", "Vippelunden"),
    ("Hon kan inte resa sig sedan Dunsedagen.", "Dunsedagen"),
)
"""What else tells of a patient, in a sentence, and the part of it that stands nowhere else."""


@dataclass(frozen=True)
class Canary:
    """An identity: as it is `written` in the mail, and the `core` that no spelling of it lacks."""

    written: str
    core: str


def canaries() -> list[Canary]:
    """Return 30 numbers and 30 names by turns."""
    names = [Canary(f"{first} {last}", f"{first} {last}") for first in FIRST for last in LAST]
    return [canary for pair in zip(_numbers(), names, strict=True) for canary in pair]


def told() -> list[Canary]:
    """Return one sentence for each other sort of personal data."""
    return [Canary(sentence, core) for sentence, core in TOLD]


def _numbers() -> Iterator[Canary]:
    """Ten personnummer, ten samordningsnummer (the day plus 60), ten reservnummer of Värmland's form."""
    for index in range(30):
        day = f"19{31 + index}{1 + index % 12:02}{1 + index % 28:02}"
        if 10 <= index < 20:
            day = f"{day[:6]}{int(day[6:]) + 60}"
        if index < 20:
            serial = f"{238 + 7 * index:03}"
            tail = f"{serial}{check_digit(day[2:] + serial)}"
            yield Canary(SPELLINGS[index % len(SPELLINGS)](day, tail), day[2:] + tail)
        else:
            tail = f"S{'FUXPL'[index % 5]}{index % 10}K"
            yield Canary(f"{day}{('-', '', ' ')[index % 3]}{tail}", day + tail)


def check_digit(nine: str) -> int:
    """Return the digit by which ten digits fulfil the Luhn formula."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(nine))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


# -- the hiding places --------------------------------------------------------------------------------


def _in_subject(mail: EmailMessage, told: str) -> None:
    mail.replace_header("Subject", f"Lagerflytt {told}")


def _in_body(mail: EmailMessage, told: str) -> None:
    mail.set_content(f"{ORDER}\nGäller {told}.\n")


def _in_quote(mail: EmailMessage, told: str) -> None:
    quoted = f"> Den 3 mars skrev Lena:\n> Hej, den är till {told}, tack.\n"
    mail.set_content(f"{ORDER}\n{quoted}")


def _in_hidden_html(mail: EmailMessage, told: str) -> None:
    hidden = f'<p>Lagerflytt enligt ovan</p><div style="display:none">{told}</div><!-- {told} -->'
    mail.add_alternative(f"<html><body>{hidden}</body></html>", subtype="html")


def _in_file_name(mail: EmailMessage, told: str) -> None:
    mail.add_attachment("artikel;antal\n50123;2\n", subtype="csv", filename=f"{told}.csv")


def _in_csv(mail: EmailMessage, told: str) -> None:
    mail.add_attachment(f"artikel;antal;not\n50123;2;{told}\n", subtype="csv", filename="order.csv")


def _in_cell(mail: EmailMessage, told: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Dolt")
    sheet.sheet_state = "hidden"
    sheet["D7"] = told
    _attach(mail, "order.xlsx", book.save)


def _in_sheet_name(mail: EmailMessage, told: str) -> None:
    book = openpyxl.Workbook()
    book.create_sheet(told[:31])
    _attach(mail, "order.xlsx", book.save)


def _in_docx(mail: EmailMessage, told: str) -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = told
    _attach(mail, "order.docx", document.save)


def _in_pdf(mail: EmailMessage, told: str) -> None:
    def save(file: io.BytesIO) -> None:
        canvas = Canvas(file)
        canvas.drawString(72, 720, told)
        canvas.save()

    _attach(mail, "order.pdf", save)


def _in_nested_mail(mail: EmailMessage, told: str) -> None:
    mail.add_attachment(letter_from("lena@kil.se", "inner", f"Den är till {told}.\n"))


def _in_zip(mail: EmailMessage, told: str) -> None:
    def save(file: io.BytesIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"{told}.txt", f"Till {told}.")

    _attach(mail, "order.zip", save)


def _in_header(mail: EmailMessage, told: str) -> None:
    mail["Comments"] = told
    mail["References"] = f"<{re.sub('[^A-Za-z0-9]+', '.', told)}@arvika.se>"


def _attach(mail: EmailMessage, name: str, save: Callable[[io.BytesIO], object]) -> None:
    file = io.BytesIO()
    save(file)
    mail.add_attachment(file.getvalue(), maintype="application", subtype="octet-stream", filename=name)


PLACES = (
    _in_subject,
    _in_body,
    _in_quote,
    _in_hidden_html,
    _in_file_name,
    _in_csv,
    _in_cell,
    _in_sheet_name,
    _in_docx,
    _in_pdf,
    _in_nested_mail,
    _in_zip,
    _in_header,
)


def hidden(canary: Canary, number: int) -> bytes:
    """Return a mail that is clean but for the canary; some from a stranger, some with an unreadable part."""
    named = canary.written[0].isalpha()
    domain = "example.com" if number % 5 == 0 else "arvika.se"
    mail = letter_from(f"sender{number}@{domain}", f"canary{number}", ORDER)
    PLACES[number % len(PLACES)](mail, f"brukare {canary.written}" if named else canary.written)
    if number % 4 == 0:
        _attach(mail, "skiss.bin", lambda file: file.write(bytes(range(128, 256)) * 9))
    return mail.as_bytes()


def telling(canary: Canary, number: int) -> bytes:
    """Return a mail that is clean but for a sentence, which stands where sentences stand."""
    mail = letter_from(f"teller{number}@arvika.se", f"telling{number}", ORDER)
    (_in_body_alone, _in_quote_alone, _in_csv, _in_docx)[number % 4](mail, canary.written)
    return mail.as_bytes()


def _in_body_alone(mail: EmailMessage, told: str) -> None:
    mail.set_content(f"{ORDER}\n{told}\n")


def _in_quote_alone(mail: EmailMessage, told: str) -> None:
    mail.set_content(f"{ORDER}\n> Den 3 mars skrev Lena:\n> {told}\n")


# -- the search ---------------------------------------------------------------------------------------


def sightings(seen: bytes, wanted: list[Canary]) -> list[Canary]:
    """Return the canaries that stand in the bytes, in any case, charset or base64, however parted."""
    unwrapped = seen.replace(b"\r", b"").replace(b"\n", b"")
    views = [view for text in _texts(seen) for view in (text, _squeezed(text), html.unescape(text))]
    return [
        canary
        for canary in wanted
        if any(form in view for form in _forms(canary) for view in views)
        or any(coded in unwrapped for coded in _coded(canary))
    ]


def _texts(seen: bytes) -> Iterator[str]:
    """Read the bytes in every charset that text may be stored in; UTF-16 at both alignments."""
    yield seen.decode("utf-8", "replace").lower()
    yield seen.decode("latin-1").lower()
    for start in (0, 1):
        for charset in ("utf-16-le", "utf-16-be"):
            yield seen[start:].decode(charset, "replace").lower()


def _squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-zåäö]+", "", text)


def _forms(canary: Canary) -> set[str]:
    """As written, its letters and digits alone, and of a name also the half that only this test has."""
    core = _squeezed(canary.core.lower())
    return {canary.written.lower(), core, *canary.core.lower().split()}


def _coded(canary: Canary) -> Iterator[bytes]:
    """Yield the base64 of each spelling at each of the three places where it can begin."""
    for text in {canary.written, canary.core, canary.core.lower(), canary.core.upper()}:
        for charset in ("utf-8", "utf-16-le"):
            raw = text.encode(charset)
            for before in range(3):
                whole = base64.b64encode(bytes(before) + raw)
                # The outermost signs, which share their six bits with what stands beside, are left out.
                yield whole[(0, 2, 3)[before] : (before + len(raw)) * 4 // 3]
