"""The rest of the policy, each item against the facts of products, places and units that resemble it."""

from pathlib import Path

import pytest
import yaml

from service.values import Certainty
from tests.screened import codes, findings, verdict

CERTAIN = {
    "birth_date": [
        "född 1942-03-12",
        "f. 420312",
        "f 380514 och ska ha madrass",
        "född -42 den 12 mars",
        "född 12/3 1942",
        "född den 3 maj 1951",
        "födelsedatum: 19420312",
        "Födelsedata 480703",
        "hon är född 1936",
        "(f. 2011-09-30)",
    ],
    "home_address": [
        "Levereras hem till Storgatan 14, Kil",
        "hemleverans till Björkvägen 3 B i Molkom",
        "hon bor på Skolgatan 12 C",
        "brukarens adress är Nygatan 4 i Filipstad",
        "dottern bor Nygatan 4 i Filipstad",
        "hemma hos henne på Åsvägen 7",
    ],
    "relative_contact": [
        "dottern nås på 070-174 06 71",
        "Sonen har 0701740648",
        "070-174 06 71 (dottern)",
        "makens tel: 0550-123 45",
        "god man nås på 054-12 34 56",
        "anhörig: +46 70 174 06 71",
        "Dottern mejlar från lisa.berg@example.com",
    ],
    "private_phone": [
        "Brukaren nås på 070-174 06 71",
        "patientens mobil: 0701740648",
        "Ring henne innan på 054-12 34 56",
    ],
    "private_email": ["Patientens mejl är gun.persson@example.com", "brukaren nås på e-post gun@example.com"],
}
POSSIBLE = {
    "initials": ["brukare A.L. behöver dyna", "pat K.E. ska hem", "till M.J.", "ställs hos M.J. som vanligt"],
    "room": ["till rum 12 på Solgläntan", "Spisvakt till lgh 1203", "1 st sängbygel till lägenhet 1104"],
    "age": ["en dam på 84 år", "84-årig kvinna", "Hon är 92 år", "han fyller 80", "till Loke som är 9 år"],
    "sex": ["till en dam på avdelningen", "en äldre kvinna", "vi har fått in en man"],
    "body_measure": [
        "hon väger 132 kg",
        "Hon väger 140 så vi behöver den breda",
        "patienten är 198 cm lång",
        "Brukaren är 2 meter lång",
        "vikt: 132 kg",
        "han är 198",
    ],
    "diagnosis": [
        "han har ALS",
        "en dam med Parkinson",
        "pga höftfraktur",
        "har fått en stroke",
        "benen bär inte efter stroken",
        "Vi har en herre med Parkinson",
    ],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in CERTAIN.items() for text in texts]
)
def test_what_ties_a_patient_to_a_date_or_a_home_is_certain(code: str, text: str) -> None:
    assert code in codes(findings(text), Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in POSSIBLE.items() for text in texts]
)
def test_what_may_tell_of_one_individual_is_possible(code: str, text: str) -> None:
    found = findings(text)
    assert code in codes(found, Certainty.POSSIBLE)
    assert not codes(found, Certainty.CERTAIN)


@pytest.mark.parametrize(
    "text",
    [
        "brukarvikt 150 kg",
        "max brukarvikt 160 kg, sits 50 cm, längd 200 cm",
        "SWL 300 kg",
        "madrass 90x200, 45 kg",
        "tyngdtäcke 8 kg",
        "rullstolen väger 14 kg",
        "hygienstol XXL, tål 325 kg",
        "sits 45 cm",
        "längder mellan 150 och 205 cm",
        "barn 1–4 år",
        "stol stl 2 (3-6 år)",
        "5 års garanti",
        "sängen är 10 år gammal",
        "för två år sedan",
        "till demensenheten plan 2",
        "strokeenheten på CSK",
        "madrass mot trycksår",
        "boende för personer med demens",
        "alla våra brukare med MS",
        "män och kvinnor upp till 270 kg",
        "om man behöver",
        "ställs i rum 12 bakom köket (ingen bor där)",
        "till dagrum 2",
        "till plan 3",
        "till konferensrum 4",
        "Leverans till Annagården, Norra Kyrkogatan 12, Karlstad",
        "Besöksadress: Karl IX:s gata 3",
        "godsmottagningen, Storgatan 14, Kil",
        "Vaktmästaren nås på 070-174 06 31",
        "Ring enhetschefen på 054-61 40 00",
        "Telefon: 0533-68 10 44",
        "E-post: malin.sundkvist@arvika.se",
        "Skicka aldrig personnummer med e-post",
        "Inga personuppgifter finns i mejlet, ingen patient är kopplad",
        "lyften är från -98",
        "Leverans den 12 mars 2026",
        "byggt 1942",
        "Avd. F 4",
        "ring AT",
        "leg. AT",
    ],
)
def test_facts_of_products_places_and_units_are_clean(text: str) -> None:
    assert verdict(f"4 st rollator 50123 till Arvika kundlager.\n{text}.\nTack!") == "clean"


SENTENCES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "screening_sentences.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("wanted", "text"), [(wanted, text) for wanted in SENTENCES for text in SENTENCES[wanted]]
)
def test_a_sentence_about_a_person_is_told_from_one_about_goods_places_and_colleagues(
    wanted: str, text: str
) -> None:
    found = verdict(f"4 st rollator 50123 till Arvika kundlager.\n{text}\nTack!")
    assert (found == "clean") == (wanted == "clean"), found
