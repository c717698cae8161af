"""Invents identity numbers, every spelling of them and every place in a mail, and what only looks like them.

The spellings are those of the policy's first item, and what OCR, spreadsheets and word processors make of a
number. Nobody is born about the year of the mails or a hundred years before: a day near that of sending and a
clock time look like their numbers, so these are flagged, not rejected.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from service.limits import Limits
from service.reading.mime import read
from service.values import Piece, Zone
from tests.made import letter_from
from tests.screened import check_digit, personnummer

_FIRST, _LAST = date(1905, 1, 1), date(2024, 12, 1)
_NEAR = (24, 25, 26, 27)
_UNITS = ["noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"]
_TEENS = ["tio", "elva", "tolv", "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton"]
_TENS = ["tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"]

PLAIN: dict[str, str] = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text(encoding="utf-8"))
"""Name of a spelling → its form."""

SURE = ("6-4", "8-4", "12")
"""What must always be rejected."""

LABELS = (
    "pnr {n}",
    "Pnr: {n}",
    "Personnr: {n}",
    "personnummer {n}",
    "P-nr. {n}",
    "födelsenr {n}",
    "persnr {n}",
    "Personnummer:\n{n}",
    "{n} (personnr)",
    "personnumret är {n}",
    "PNR={n}",
    "pers.nr {n}",
)
CONTEXTS = (
    "Det här är för {n} tack.",
    "Avser {n}, se nedan.",
    "{n}",
    "Samma som {n} hade i höstas.",
    "Vi behöver den i morgon ({n}).",
    "Det gäller alltså {n} på Hagen.",
    "{n} väntar på sin stol",
)


@dataclass(frozen=True)
class Number:
    """A personnummer, or a samordningsnummer, as its parts."""

    century: str
    six: str
    last: str

    def written(self, form: str) -> str:
        """Return the number in this form."""
        d, last = self.six, self.last
        parts = {"y": d[:2], "m": d[2:4], "k": d[4:], "a": last[:2], "b": last[2:]}
        return form.format(c=self.century, d=d, l=last, **parts)


def number(chance: random.Random) -> Number:
    """Return a random number that is valid; one in ten is a samordningsnummer."""
    born = _FIRST + timedelta(chance.randrange((_LAST - _FIRST).days))
    if born.year % 100 in _NEAR:
        return number(chance)
    six = born.strftime("%y%m%d")
    if chance.random() < 0.1:
        six = f"{six[:4]}{int(six[4:]) + 60}"
    return Number(str(born.year // 100), six, personnummer(six, f"{chance.randint(10, 999):03}")[6:])


def _mapped(digits: str) -> Callable[[Number], str]:
    table = str.maketrans("0123456789", digits)
    return lambda one: one.written("{d}-{l}").translate(table)


def _lookalike(one: Number) -> str:
    """Return the number with one digit misread as a letter."""
    written = one.written("{d}-{l}")
    digit = next(digit for digit in "0158" + written if digit in written)
    letters = dict(zip("015826", "OlSBZ6", strict=True))
    return written.replace(digit, letters.get(digit, digit), 1)


def _said(value: str) -> str:
    """Return one or two digits as a Swede reads them out."""
    if len(value) == 1 or value[0] == "0":
        return " ".join(_UNITS[int(digit)] for digit in value)
    if value[0] == "1":
        return _TEENS[int(value[1])]
    return _TENS[int(value[0]) - 2] + (_UNITS[int(value[1])] if value[1] != "0" else "")


def _in_pairs(one: Number) -> str:
    pairs = one.written("{y} {m} {k} {a} {b}").split()
    return " ".join(map(_said, pairs))


def _in_words(one: Number) -> str:
    pairs = one.written("{c} {y} {m} {k} {a} {b}").split()
    year = _said(pairs[0]) + "hundra" + (_said(pairs[1]) if pairs[1] != "00" else "")
    return f"{year} " + ", ".join(map(_said, pairs[2:]))


def _digit_by_digit(one: Number) -> str:
    return " ".join(_UNITS[int(digit)] for digit in one.six + one.last)


SPELLINGS: dict[str, Callable[[Number], str]] = {
    **{name: lambda one, form=form: one.written(form) for name, form in PLAIN.items()},  # type: ignore[misc]
    "digits apart": lambda one: " ".join(one.six + one.last),
    "digits apart, dash": lambda one: f"{' '.join(one.six)} - {' '.join(one.last)}",
    "full width": _mapped("０１２３４５６７８９"),
    "Arabic digits": _mapped("٠١٢٣٤٥٦٧٨٩"),
    "bold digits": _mapped("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
    "a letter for a digit": _lookalike,
    "in words, one by one": _digit_by_digit,
}
LABELLED: dict[str, Callable[[Number], str]] = {
    **{name: SPELLINGS[name] for name in ("6-4", "10", "6 4", "8-4", "12", "4-2-2-4")},
    "wrong sum, 6-4": lambda one: f"{one.six}-{one.last[:3]}{(int(one.last[3]) + 3) % 10}",
    "wrong sum, 10": lambda one: f"{one.six}{one.last[:3]}{(int(one.last[3]) + 3) % 10}",
    "wrong sum, 8 4": lambda one: f"{one.century}{one.six} {one.last[:3]}{(int(one.last[3]) + 3) % 10}",
    "6-xxxx": lambda one: f"{one.six}-xxxx",
    "8-****": lambda one: f"{one.century}{one.six}-****",
    "8-": lambda one: f"{one.century}{one.six}-",
    "6 alone": lambda one: one.six,
    "in words, by pairs": _in_pairs,
    "in words, whole numbers": _in_words,
}


def _html(text: str) -> list[Piece]:
    """Return the pieces of a mail in which markup stands inside the number."""
    mail = letter_from("karin@torsby.se", "bench", "x")
    half = text.find("&") if "&" in text else len(text) // 2
    marked = "<b>{}</b>{}".format(*(part.replace("\n", "<br>") for part in (text[:half], text[half:])))
    mail.set_content(f"<html><body><p>{marked}</p></body></html>", subtype="html")
    return list(read(mail.as_bytes(), Limits()).pieces)


PLACES: dict[str, Callable[[str], list[Piece]]] = {
    "body": lambda text: [Piece(f"Hej!\n{text}\nHälsningar\nKarin", "mailets text", Zone.BODY)],
    "subject": lambda text: [Piece(f"Beställning {text}", "ämnesraden", Zone.SUBJECT)],
    "quoted": lambda text: [
        Piece(
            f"Se nedan.\n\n> Från: Per Dahl <per@kil.se>\n> Skickat: den 13 januari 2026\n> {text}",
            "mailets text",
            Zone.BODY,
        )
    ],
    "html, markup inside": _html,
    "hidden text": lambda text: [Piece(f"Duschstol 2 st. {text}", "dold text", Zone.HIDDEN)],
    "sheet": lambda text: [
        Piece(f"Artikel\tAntal\tAnm\nDuschstol\t2\t{text}\nPall\t4\t", "bilaga lista.xlsx", Zone.ATTACHMENT)
    ],
    "file name": lambda text: [Piece(f"{text}.pdf", "filnamnet", Zone.NAME)],
}


def _organisation(chance: random.Random) -> str:
    serial = f"{chance.randrange(10**5):05}"
    nine = f"{chance.choice('25789')}{chance.randrange(10)}{chance.randint(20, 99)}{serial}"
    ten = nine + check_digit(nine)
    return f"{chance.choice(['Org.nr ', '', 'organisationsnummer ', 'VAT SE'])}{ten[:6]}-{ten[6:]}"


def _ean(chance: random.Random) -> str:
    twelve = f"73{chance.randrange(10**10):010}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return f"{chance.choice(['EAN ', '', 'streckkod ', 'GTIN-13: '])}{twelve}{-total % 10}"


def _phone(chance: random.Random) -> str:
    mobile, fixed = chance.randrange(10**7), chance.randrange(10**6)
    m, f = f"{mobile:07}", f"{fixed:06}"
    first = chance.choice("02369")
    return chance.choice(
        [
            f"07{first}-{m[:3]} {m[3:5]} {m[5:]}",
            f"mobil 07{first}{m}",
            f"+46 7{first} {m[:3]} {m[3:5]} {m[5:]}",
            f"054-{f[:2]} {f[2:4]} {f[4:]}",
            f"Tel 0550-{f[:3]} {f[3:5]}",
            f"växel 010-83{m[:1]} {m[1:3]} {m[3:5]}",
            f"ring 0{chance.randint(52, 59)}{f}{f[0]}",
        ]
    )


def _article(chance: random.Random) -> str:
    digits = f"{chance.randrange(10**9):09}"
    return chance.choice(
        [
            f"art.nr {digits[:5]}",
            f"lev.art.nr {digits[:7]}",
            f"artikelnr {digits}0",
            f"{digits[:5]}-{digits[5:7]}",
            f"HMI {digits[:6]}",
            f"ISO {digits[:2]} {digits[2:4]} {digits[4:6]}",
            f"individnr {digits[:7]}",
            f"ordernr {digits}1",
            f"Ärende {digits[:6]}-{digits[5:9]}",
        ]
    )


def _day(chance: random.Random) -> str:
    day = date(2026, 1, 14) + timedelta(chance.randrange(60))
    week = day + timedelta(4)
    return chance.choice(
        [
            f"leverans {day}",
            f"{day:%y%m%d}-{week:%y%m%d}",
            f"{day} till {week}",
            f"{day} 09:32",
            f"{day:%d/%m} kl 10",
            f"vecka {day.isocalendar().week}",
            f"{day:%Y%m%d} {chance.randrange(7, 17):02}00",
            f"{day} – {week}",
        ]
    )


OTHERS: dict[str, Callable[[random.Random], str]] = {
    "organisation numbers": _organisation,
    "EAN": _ean,
    "phones": _phone,
    "article and order numbers": _article,
    "dates and hours": _day,
}


def written(count: int, chance: random.Random) -> Iterator[tuple[str, str, bool, str]]:
    """Yield `count` numbers as (spelling, place, labelled?, text), two in three without a label."""
    for _ in range(count):
        labelled = chance.random() < 1 / 3
        spellings = LABELLED if labelled else SPELLINGS
        name = chance.choice(list(spellings))
        text = chance.choice(LABELS if labelled else CONTEXTS).format(n=spellings[name](number(chance)))
        lines = "\n" in text
        place = chance.choice([one for one in PLACES if not lines or one not in ("subject", "file name")])
        yield name, place, labelled, text
