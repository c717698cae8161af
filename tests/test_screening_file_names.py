"""Names of files: what a person reads in one is screened, however its words are parted."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.rules.screening import load_screening
from service.screening.file_names import FileNames
from service.settings import shipped_rules
from service.values import Piece, Zone
from tests.screened import findings, verdict


@cache
def the_reader() -> FileNames:
    return FileNames(load_screening(shipped_rules()))


def named(name: str) -> Piece:
    return Piece(name, "filnamnet på bilaga 1", Zone.NAME)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("rullstol_brukare_Kerstin_Almgren.txt", "rullstol brukare Kerstin Almgren txt"),
        ("KerstinAlmgren.pdf", "Kerstin Almgren pdf"),
        ("Kerstin-Almgren+rullstol", "Kerstin Almgren rullstol"),
        ("Beställning%20Kerstin%20Almgren.docx", "Beställning Kerstin Almgren docx"),
        ("Best%C3%A4llning.docx", "Beställning docx"),
        ("Best%E4llning.docx", "Beställning docx"),
        ("Almgren,Kerstin", "Almgren, Kerstin"),
        ("BRUKAREKerstinÅlund2.pdf", "BRUKARE Kerstin Ålund 2 pdf"),
        ("KerstinA\u030alund", "Kerstin Ålund"),
        ("brukare/Kerstin\\Almgren", "brukare Kerstin Almgren"),
        ("IMG_420312-2389.jpg", "IMG 420312-2389 jpg"),
        ("420312-2389-Almgren", "420312-2389 Almgren"),
        ("19420312_2389", "19420312 2389"),
        ("420312+2389", "420312+2389"),
        ("420312-xxxx", "420312-xxxx"),
        ("19420312-TF12", "19420312-TF12"),
        ("2026-11-03", "2026-11-03"),
        ("09.30", "09.30"),
        ("100%", "100%"),
        ("", ""),
    ],
)
def test_a_name_is_read_as_its_words(written: str, read: str) -> None:
    assert the_reader().read(written).text == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("till_Solkullen_pa_gard", "till Solkullen på gård"),
        ("PAFYLLNAD_aldreboende", "PÅFYLLNAD äldreboende"),
        ("vardtagaren", "vårdtagaren"),
        ("Åmål_gard", "Åmål gard"),
        ("Asa_Sara_man", "Asa Sara man"),
    ],
)
def test_a_word_gets_its_rings_and_dots_back_where_the_name_has_none_at_all(written: str, read: str) -> None:
    assert the_reader().read(written).text == read


@pytest.mark.parametrize(
    "name",
    [
        "rullstol_brukare_Kerstin_Almgren.txt",
        "vardtagare-KerstinAlmgren.pdf",
        "brukareKerstinAlmgren.docx",
        "rullstol_brukare_kerstin.almgren.pdf",
        "Brukare/Kerstin_Almgren/rullstol.docx",
        "till_Rashid_al-Haddad_pa_Solkullen.txt",
        "IMG_Kerstin_Almgren_420312-2389.jpg",
        "19420312_2389.pdf",
        "420312%2D2389.pdf",
        "pnr_420312-xxxx.pdf",
    ],
)
def test_a_patient_in_a_name_is_certain(name: str) -> None:
    assert verdict(named(name)) == "certain"


@pytest.mark.parametrize(
    "name",
    [
        "Kerstin-Almgren-rullstol.docx",
        "KerstinAlmgren.pdf",
        "bestallning_kerstin.almgren.pdf",
        "Beställning%20Kerstin%20Almgren.docx",
        "Almgren_Kerstin.xlsx",
        "Almgren,Kerstin",
        "KERSTIN_ALMGREN2.jpg",
    ],
)
def test_a_full_name_alone_is_possible(name: str) -> None:
    assert verdict(named(name)) == "possible"


@pytest.mark.parametrize(
    "name",
    [
        "rullstol_Kerstin_Almgrens_gard.txt",
        "bestallning_solgarden_2026-11-03.xlsx",
        "bestallning-aldreboendet-Bjorkgarden-pafyllnad.docx",
        "Beställning_VillaIngrid_v12.xlsx",
        "MagisterLoofsVag6.pdf",
        "Al-Haddad_Textil_AB_offert.pdf",
        "Faktura_Bengtsson_Medical_AB.pdf",
        "rollator_Carl-Oskar.pdf",
        "SaraStedy.pdf",
        "Etac_Cross-6_prislista.pdf",
        "KarinNoren.docx",
        "karin.noren_2026-11-03.docx",
        "Orderunderlag_KundlagerArvika_v47.xlsx",
        "IMG_20261103_101234.jpg",
        "IMG-20260312-WA0003.jpg",
        "Screenshot_20260114-083015_Outlook.png",
        "Skärmavbild 2026-01-14 kl. 09.30.12.png",
        "image001.png",
    ],
)
def test_places_products_firms_days_and_the_sender_are_clean(name: str) -> None:
    assert verdict(named(name)) == "clean"


PHRASES = [
    "rullstol till brukare Kerstin Almgren",
    "brukaren Bengt Olof Lindqvist säng",
    "anhörig Åsa Östberg",
    "Kerstin Almgren 420312-2389",
    "pnr 19420312-2389 rollator",
    "Kerstin Almgren",
    "beställning Gunvor Ekström",
    "rullstol Kerstin Almgrens gård",
    "påfyllnad kundlager Arvika",
    "beställning Solgården 2026-11-03",
    "rollator Carl-Oskar",
]
SEPARATORS = st.sampled_from(["_", "-", ".", "+", "%20", "__", " ", "_%20", "/"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PHRASES), st.data())
def test_the_verdict_is_the_same_however_the_words_are_parted(phrase: str, data: st.DataObject) -> None:
    first, *rest = phrase.split(" ")
    name = first
    for word in rest:
        joins = name[-1].islower() and word[0].isupper() and data.draw(st.booleans())
        name += ("" if joins else data.draw(SEPARATORS)) + word
    name += data.draw(st.sampled_from(["", ".pdf", ".DOCX", ".tar.gz"]))
    assert verdict(named(name)) == verdict(phrase)


HARD = st.text(
    st.one_of(st.characters(), st.sampled_from("abAÅÄöé0123456789-–_.+%2C320/\\,\n\u0308\u030a\u200b&#;ﬁ"))
)


@settings(deadline=None)
@given(HARD)
def test_offsets_rise_and_stay_inside(name: str) -> None:
    read = the_reader().read(name)
    places = [read.original(offset) for offset in range(len(read.text) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(name) for place in places)


@settings(deadline=None)
@given(HARD, HARD)
def test_a_number_found_stands_where_the_offsets_lead(before: str, behind: str) -> None:
    name = f"{before}_420312-2389_{behind}"
    read = the_reader().read(name)
    start = read.text.index("420312-2389")
    assert name[read.original(start) : read.original(start + 11)] == "420312-2389"


@settings(max_examples=100, deadline=None)
@given(HARD, SEPARATORS)
def test_findings_lie_inside_the_name(name: str, separator: str) -> None:
    whole = f"{name}{separator}brukare{separator}KerstinAlmgren"
    for finding in findings(named(whole)):
        assert 0 <= finding.start < finding.end <= len(whole)


def test_a_finding_is_marked_in_the_name_as_it_stands() -> None:
    name = "Best%C3%A4llning_brukareKerstin%20Almgren.docx"
    marked = {name[finding.start : finding.end] for finding in findings(named(name))}
    assert marked == {"Kerstin%20Almgren"}


def test_no_place_tells_a_name_from_an_archive_in_which_something_is_found() -> None:
    listing = Piece("order.txt\nbrukare_Kerstin_Almgren.txt", "bilaga o.zip › namn i arkivet", Zone.NAME)
    inner = Piece("420312-2389", "bilaga o.zip › brukare_Kerstin_Almgren.txt", Zone.ATTACHMENT)
    told = [finding.reason.where for finding in findings(listing, inner)]
    assert len(told) > 1
    assert not any("Almgren" in where for where in told)
