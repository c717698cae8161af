"""Identity numbers: found in every spelling and place, and told from what only looks like them."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.values import Certainty, Piece, Zone
from tests.screened import codes, findings, personnummer, verdict

WRONG = "420312-2383"
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

SPELLINGS = [
    "420312-2389",
    "420312+2389",
    "4203122389",
    "420312 2389",
    "420312 - 2389",
    "420312- 2389",
    "420312 -2389",
    "420312--2389",
    "420312/2389",
    "420312.2389",
    "420312_2389",
    "420312:2389",
    "420312, 2389",
    "420312–2389",
    "420312—2389",
    "420312−2389",
    "420312‑2389",
    "420312-\n2389",
    "420312\n-2389",
    "420312-\r\n2389",
    "> 420312-\n> 2389",
    "42 03 12 2389",
    "42-03-12-2389",
    "42.03.12.23.89",
    "42 03 12-23 89",
    "4 2 0 3 1 2 2 3 8 9",
    "4 2 0 3 1 2 - 2 3 8 9",
    "19420312-2389",
    "19420312+2389",
    "194203122389",
    "19420312 2389",
    "1942 0312 2389",
    "1942-03-12-2389",
    "1942-03-12 2389",
    "1942 03 12 2389",
    "19 42 03 12 2389",
    "19 420312-2389",
    "1942.03.12-2389",
    "1942/03/12-2389",
    "(420312-2389)",
    "[420312-2389]",
    '"420312-2389"',
    "420312-2389.",
    "420312-2389,",
    "nr420312-2389",
    "420312\u00a02389",
    "420312\u20092389",
    "4203\u200b12-23\u200b89",
    "420312\u00ad-2389",
    "\u2066420312-2389\u2069",
    "420312-2389".translate(FULL_WIDTH),
    "420312-2389".translate(ARABIC),
    "𝟒𝟐𝟎𝟑𝟏𝟐-𝟐𝟑𝟖𝟗",
    "42O312-2389",
    "4203l2-2389",
    "420312-Z389",
    "420312&#45;2389",
    "&#52;20312-2389",
    "420312&ndash;2389",
]


def body(number: str) -> Piece:
    return Piece(f"Hej!\nDet här är för {number} tack.\nHälsningar Karin", "mailets text", Zone.BODY)


PLACES: dict[str, Callable[[str], Piece]] = {
    "body": body,
    "subject": lambda number: Piece(f"Beställning {number}", "ämnesraden", Zone.SUBJECT),
    "quoted": lambda number: Piece(
        f"Se nedan.\n\n> Från: Per Dahl\n> Skickat: den 13 januari 2026\n> gällde {number} va?",
        "mailets text",
        Zone.BODY,
    ),
    "hidden": lambda number: Piece(f"Duschstol 2 st {number}", "dold text", Zone.HIDDEN),
    "attachment": lambda number: Piece(
        f"Artikel\tAntal\tAnm\nDuschstol\t2\t{number}\nPall\t4\t", "bilaga lista.xlsx", Zone.ATTACHMENT
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_personnummer_is_certain_in_every_spelling_and_place(spelling: str, place: str) -> None:
    found = findings(PLACES[place](spelling))
    assert "personnummer" in codes(found, Certainty.CERTAIN)


@pytest.mark.parametrize("name", ["kvitto_420312-2389.pdf", "194203122389.xlsx", "order 420312 2389.docx"])
def test_a_file_name_is_searched_and_its_place_does_not_repeat_it(name: str) -> None:
    named = Piece(name, f"filnamnet {name}", Zone.NAME)
    inside = Piece("pnr 420312-2389", f"bilaga {name}", Zone.ATTACHMENT)
    found = findings(named, inside)
    assert {finding.piece for finding in found} == {0, 1}
    assert all("2389" not in finding.reason.where for finding in found)


@pytest.mark.parametrize(
    "cells", ["420312\t2389", "420312\t-\t2389", "1942\t03\t12\t2389", "| 420312 | 2389 |", "19420312;2389"]
)
def test_a_number_over_table_cells_is_found(cells: str) -> None:
    assert verdict(f"Personnummer\tAntal\n{cells}\n") == "certain"


def test_the_place_names_the_cell() -> None:
    sheet = Piece("Art\tPnr\n50123\t420312-2389", "bilaga x.csv", Zone.ATTACHMENT, ((0, "A1"), (14, "B2")))
    [finding] = findings(sheet)
    assert finding.reason.where == "bilaga x.csv!B2"


@pytest.mark.parametrize("separator", ["", "-", "+", " "])
@pytest.mark.parametrize("date", ["710881", "850374", "010161", "500091", "640060"])
def test_a_samordningsnummer_is_certain(date: str, separator: str) -> None:
    ten = personnummer(date, "355")
    assert "samordningsnummer" in codes(findings(f"gäller {ten[:6]}{separator}{ten[6:]}"), Certainty.CERTAIN)


@pytest.mark.parametrize(
    "number",
    [
        "19790215SU7K",  # Värmland
        "19790215SF12",
        "19790215AB12",  # NRID
        "19790215-ABC4",
        "991234567890",  # Stockholm
        "19790215K123",  # Västra Götaland
        "19790215M067",
        "19790215TA1B",  # Örebro
        "790215DA0B",  # Skåne
        "19790215FB1C",
        "19790215AB1C",  # Blekinge, Sörmland
        "19790215123R",  # Västernorrland
        "19790215B123",  # Dalarna
        "19790215E123",  # Västerbotten
        "19790215-12M3",  # Gävleborg
        "197902451234",  # Halland
        "790215-T123",  # interim
    ],
)
def test_every_regions_reserve_number_is_certain(number: str) -> None:
    for text in (f"gäller {number}", f"till {number.lower()} på avd 3", f"reservnr:{number}"):
        assert "reservnummer" in codes(findings(text), Certainty.CERTAIN), text


@pytest.mark.parametrize(
    "text",
    [
        "pnr 420312-xxxx",
        "pnr 19420312-****",
        "personnr: 420312-####",
        "Personnummer 19420312-",
        "p-nr 420312",
        "persnr. 420312-????",
        "födelsenr 420312",
        "19420312-XXXX",
        "420312-XXXX",
        "sista fyra är 2389",
        f"pnr {WRONG}",
        f"personnummer: {WRONG.replace('-', '')}",
        f"{WRONG} (personnr)",
        f"Personnummer\n{WRONG}",
        f"Pnr\tArtikel\n{WRONG}\tduschstol",
        "reservnr 880412-4A4B",
        "personnummret 670230-1234",
        "pnr 671330-1234",
        "pnr: 9999999999",
        "personnumret är fyra två noll tre ett två två tre åtta nio",
        "ett nio fyra två, noll tre, ett två, streck, två tre åtta nio",
    ],
)
def test_a_labelled_masked_or_spoken_number_is_certain(text: str) -> None:
    assert verdict(text) == "certain"


@pytest.mark.parametrize(
    "text",
    [
        f"se {WRONG} i pärmen",
        f"Stöllet, {WRONG}",
        "19460522-3170 ligger kvar",
        "beställningsnr 420312-2389",
        "fakturanr 4203122389",
        "vår ref 420312-2389",
        "serienr 19790215SU7K",
    ],
)
def test_a_number_that_may_be_one_is_possible(text: str) -> None:
    assert verdict(text) == "possible"


@pytest.mark.parametrize("number", ["270101-0106", "251231 0919", "260114-2305"])
def test_a_number_that_could_be_a_recent_hour_is_possible_where_its_checksum_holds(number: str) -> None:
    ten = personnummer(number[:6], number[7:10])
    assert verdict(f"se {ten[:6]}-{ten[6:]}") == "possible"
    assert verdict(f"pnr {ten[:6]}-{ten[6:]}") == "certain"


@pytest.mark.parametrize("label", ["Ref", "Faktureras", "Ordern avser", "Ring när", "Fakturan ska gå till"])
def test_words_that_a_person_can_stand_behind_hide_no_personnummer(label: str) -> None:
    assert verdict(f"{label} 420312-2389") == "certain"
    assert verdict(f"{label} 212000-1850") == "clean"


def test_a_reference_that_begins_with_a_day_near_the_sending_is_no_certain_personnummer() -> None:
    ten = personnummer("251120", "931")
    assert verdict(f"Ref {ten[:6]}-{ten[6:]}") == "possible"


@pytest.mark.parametrize("label", ["Rekv", "Beställningsnr", "PO", "vår rekvisition"])
def test_a_purchase_order_of_ten_digits_without_a_month_is_clean(label: str) -> None:
    assert verdict(f"{label} 4500918273") == "clean"
    assert verdict("gäller 4500918273") == "certain"


def test_a_century_of_the_past_outweighs_an_orders_label() -> None:
    assert verdict("refnr 19420312-2389") == "certain"
    assert verdict("ordernr 20260112-0008") != "certain"


@pytest.mark.parametrize(
    "text",
    [
        "Tel 070-831 42 11",
        "070-174 06 31",
        "mobil 0701740631",
        "0701740633",
        "076 - 128 44 02",
        "+46 70 174 06 31",
        "+46701740631",
        "+46 (0)70-174 06 31",
        "0046701740631",
        "010-831 00 00",
        "010-831 50 00",
        "tfn 054-61 40 00",
        "Växel: 0550-880 00",
        "ring 054/540 12 34",
        "Org.nr 212000-1850",
        "212000-1850",
        "organisationsnummer 556036-0793",
        "EAN 7319420806914",
        "GTIN-13: 7350041812340",
        "7319420806914",
        "art.nr 50123",
        "artikelnr 4203122389012",
        "Art 37331, 38381 och 38382",
        "lev.art.nr SP1654383",
        "25173-1",
        "HMI 420312",
        "ISO 12 06 06",
        "individnr 4471220",
        "kostnadsställe 5107234613",
        "Order 7012044418",
        "Ärendenr 20260114-0932",
        "avtal 620811/4403",
        "Leverans 2026-01-12",
        "2026-01-12 till 2026-01-16",
        "2026-01-12 – 2026-01-16",
        "260112-260116",
        "20260114 0932",
        "2026-01-14 09:32",
        "kl 07.00-15.30",
        "vecka 4, 2026",
        "685 34 Torsby",
        "SE-652 30 Karlstad",
        "Box 88, 665 23 Kil",
        "plats 07-B-113",
        "200 400 688",
        "90x200, 45 x 42 cm",
        "3-6, 10-12 och 24",
        "HSA-id SE2120001900-B7K2",
        "bankgiro 5051-6905",
        "lista_20260119_v4.xlsx",
        "portkod 1942",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        "ett, två, tre, fyra, fem, sex, sju, åtta, nio, tio",
    ],
)
def test_what_is_plainly_something_else_is_clean(text: str) -> None:
    assert verdict(f"4 st rollator till Arvika kundlager. {text}") == "clean"


CLEAN = [
    "4 st rollator 50123",
    "Till Arvika kundlager",
    "Leverans 2026-01-19",
    "Tel 054-61 40 00",
    "Hej!",
    "Tack",
]
SEPARATORS = ["", "-", " ", " - ", "+", "–", ".", "-\n", "\u200b-", "\u00a0", "_"]


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    # A day near that of sending could be a clock time as well: its test stands above.
    day = draw(st.dates(date(1928, 1, 1), date(2024, 6, 1)))
    ten = personnummer(day.strftime("%y%m%d"), f"{draw(st.integers(10, 999)):03}")
    century = draw(st.sampled_from(["", str(day.year // 100)]))
    written = century + ten[:6] + draw(st.sampled_from(SEPARATORS)) + ten[6:]
    return written.translate(draw(st.sampled_from([{}, FULL_WIDTH, ARABIC])))


@settings(max_examples=150, deadline=None)
@given(
    written_numbers(),
    st.lists(st.sampled_from(CLEAN), max_size=4),
    st.lists(st.sampled_from(CLEAN), max_size=4),
)
def test_any_personnummer_in_any_order_is_certain(number: str, before: list[str], behind: list[str]) -> None:
    text = "\n".join([*before, f"avser {number} enligt ovan", *behind])
    found = [f for f in findings(text) if f.reason.certainty is Certainty.CERTAIN]
    assert found
    start = text.index(number)
    assert any(finding.start >= start and finding.end <= start + len(number) for finding in found)
