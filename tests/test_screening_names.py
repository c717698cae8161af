"""Names: whose they are is told by the words around them."""

import numpy as np
import pytest

from service.errors import RulesError
from service.rules.screening import load_screening
from service.screening.lexicon import Lexicon
from service.screening.name_features import Features
from service.screening.name_scores import WordScores
from service.screening.name_tagger import NameTagger
from service.screening.trained import chain_of, opened
from service.screening.training.contexts import load_contexts
from service.screening.training.sentences import Maker
from service.screening.training.templates import load_templates
from service.screening.training.train import train_names, train_roles
from service.settings import shipped_rules
from service.values import Certainty, Piece, Zone
from tests.screened import codes, findings, verdict

PEOPLE = [
    "Solveig Brännström",
    "Nils-Erik Dahlqvist",
    "Yusuf Abdirahman",
    "Krzysztof Wiśniewski",
    "Tesfaye Berhane",
    "Nguyen Thi Lan",
    "Amina al-Khatib",
    "Senada Hodžić",
    "Gun Öberg",
    "Karin Ek",
]
UNLISTED = ["Xerxa Ypselgran", "Qvarnhild Zwettlöf"]

FRAMES = [
    "Brukaren {} behöver ny sits.",
    "brukare: {}",
    "Brukare\n{}",
    "Pat. {} ska hem i morgon.",
    "Patientens namn är {}.",
    "Vår hyresgäst {} ligger mest.",
    "Kund: {}\nArtikel: duschstol",
    "Vårdtagare {}, avd 3",
    "Eleven {} växer ur sin ståskal.",
    "fru {} får en ny stol",
    "Kan ni skicka en rullstol till {} på Gullvivan?",
    "En duschpall åt {} tack.",
    "{} behöver en duschstol.",
    "{}, också hos oss, behöver en duschstol.",
    "{} har ramlat och kan inte gå.",
    "{} på Lellänga behöver en högre toalett.",
    "Anhörig ({}) hämtar rampen.",
    "Dottern heter {} och öppnar.",
    "hustrun {} tar emot",
    "Jag har {} här på korttids som ska hem.",
    "Det gäller {}. Hon sitter snett i stolen.",
    "Rollatorn ska till {}.",
    "Artikel | Antal | Brukare\n50123 | 1 | {}",
    "1. 4 st duschpallar till Oskarslund\n2. {} har fått ont, byt hennes dyna",
]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_patients_or_relatives_name_is_certain(frame: str, person: str) -> None:
    assert "patient_name" in codes(findings(frame.format(person)), Certainty.CERTAIN)


@pytest.mark.parametrize("person", UNLISTED)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_name_that_no_list_has_is_never_passed(frame: str, person: str) -> None:
    assert verdict(frame.format(person)) != "clean"


@pytest.mark.parametrize(
    "text",
    [
        "farideh mohammadzade ska ha en duschstol",
        "hej lennart bäcklund på lellänga behöver en högre toasits",
        "TESFAY GEBREMEDHIN BEHÖVER EN MADRASS",
        "SKICKA EN RULLSTOL TILL SVEN-OLOF KARLBERG PÅ HAGEN",
        "Brukare: Brännström, Solveig",
        "Brukare: Brännström Solveig",
        "Lyftsele till Sundberg Inga-Lill, rum 3",
        "till K-E Lööf på avd 3",
        "åt A. Brännström",
        "Solveig Brännströms rullstol är trasig",
        "Anders Nyströms säng går inte upp",
        "Brukaren Eva Berg Lindström väntar",
        "Solveig\nBrännström behöver en stol",
        "> Solveig Brännström behöver en stol",
        "patienten solveig xerxagren sover dåligt",
        "Brukaren: SOLVEIG BRÄNNSTRÖM",
        "Brukaren Josefine Wetterlund-Åhs behöver",
    ],
)
def test_case_order_initials_and_line_breaks_do_not_hide_a_patient(text: str) -> None:
    assert verdict(text) == "certain"


def test_a_patient_in_the_subject_or_a_file_name_is_found() -> None:
    subject = Piece("Rollator till Solveig Brännström på Gunnern", "ämnesraden", Zone.SUBJECT)
    name = Piece("rullstol_brukare Solveig Brännström.docx", "ett filnamn", Zone.NAME)
    assert verdict(subject) == verdict(name) == "certain"


@pytest.mark.parametrize(
    "text",
    [
        "Abdi behöver en ny duschstol",
        "Brukaren Gunvor vill byta",
        "Vi behöver Gunvors rullstol lagad",
        "Åt Göran på rum 12",
        "Greta på rum fem vill ha en mjukare kudde",
        "Det är Solveigs dyna",
    ],
)
def test_a_first_name_alone_is_possible(text: str) -> None:
    found = findings(text)
    assert "patient_name" in codes(found, Certainty.POSSIBLE)
    assert "patient_name" not in codes(found, Certainty.CERTAIN)


@pytest.mark.parametrize(
    "text",
    [
        "Kontakt vid leverans: Rolf Sundin.",
        "Jasmina Begović undrar när hyllan kommer.",
        "Ring Ulla Trygg om ni undrar något.",
        "1 st rollator Astrid Wennerberg",
        "gäller torsten wikander",
    ],
)
def test_a_full_name_without_a_role_is_possible(text: str) -> None:
    assert "unknown_name" in codes(findings(text), Certainty.POSSIBLE)


STAFF = [
    "Eva Brännström, enhetschef",
    "Eva Brännström (arbetsterapeut)",
    "Eva Brännström, leg. fysioterapeut",
    "Eva Brännström AT",
    "arbetsterapeut Eva Brännström",
    "vaktmästaren Eva Brännström",
    "hjälpmedelsansvarig Eva Brännström",
    "kollegan Eva Brännström",
    "kontaktperson: Eva Brännström",
    "Att: Eva Brännström",
    "Mottagare: Eva Brännström",
    "Beställare: Eva Brännström",
    "Eva Brännström som är vår nya samordnare",
    "Eva Brännström på Hjälpmedelsservice",
    "Eva Brännström, demenssamordnare",
    "Eva Brännström <eva.brannstrom@kil.se>",
    "Skriv Eva Brännström som mottagare",
]


@pytest.mark.parametrize("staff", STAFF)
def test_staff_are_no_finding(staff: str) -> None:
    assert verdict(f"4 st rollator 50123 till Arvika kundlager.\n{staff}.\nTack!") == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "Hej Gunvor!\nTvå duschstolar till Gunnern, tack.",
        "Hejsan Pelle och Yasmin,\n4 st glidlakan.",
        "God morgon Birgitta! 4 st glidlakan.",
        "4 st glidlakan.\nMvh\nLeila Haddad",
        "4 st glidlakan.\nMed vänlig hälsning\n\nLeila Haddad\nHemrehab\n0550-621 10",
        "4 st glidlakan.\n/Leila",
        "4 st glidlakan.\n// Leila H",
        "4 st glidlakan.\nKarin Norén",
        "4 st glidlakan. Karin Norén behöver dem på fredag.",
        "Från: Leila Haddad <leila.haddad@kil.se>\nSkickat: den 13 januari 2026 10:21\nÄmne: stolar\n\n4 st",
        "Den 13 jan. 2026 kl. 10:21 skrev Leila Haddad <leila.haddad@kil.se>:\n> 4 st glidlakan",
    ],
)
def test_greetings_signatures_headers_and_the_sender_are_no_finding(text: str) -> None:
    assert verdict(text) == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "4 st rollator Carl-Oskar till Villa Ingrid",
        "Avdelningen behöver en ny Sara Stedy, den gamla är trasig",
        "Sara Stedy behöver nytt batteri",
        "2 st Eva, 3 st Emma och en Hugo till lagret",
        "2 st badbräda Mary och 1 sele Kristina stl M",
        "art 50123 Anton, 4 st",
        "50123\tRullstol Oskar\t4",
        "Rullstol Otto Bock, 2 st",
        "3 Lindgren sitsar och 6 Anna grindskydd",
        "lyften heter Eva och är trasig",
        "Leverans till Magister Lööfs väg 6",
        "Selma Lagerlöfs gata 3, Ingmarsgården",
        "Karl IX:s gata 5",
        "Nils Ferlins gata 9, gruppbostaden",
        "Till Annagården, avdelning Linnea",
        "Magnusgården i Åmotfors önskar 4 badbrädor",
        "Gullvivan och Blåsippan behöver varsin duschstol",
        "Avdelning Rosen har fått nya sängar och saknar grindar",
        "Kundlager Säffle behöver 4 st",
        "stina-kajsa och karl-johan behöver varsin pall. så heter våra två samlingsrum",
        "Region Värmland, Karlstads kommun, Etac AB",
        "Torsdag Maj Mars April",
    ],
)
def test_products_and_places_named_after_people_are_no_finding(text: str) -> None:
    assert verdict(text) == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "rustan ekwall behöver en rullator",
        "kan ni skicka en rollator till sivert ollonmark på tranbärsliden",
        "XERXA YPSELGRAN BEHÖVER EN MADRASS",
        "Ypselgran, Xerxa behöver en duschpall",
        "maken till Xerxa Ypselgran ringde om rampen",
        "Har Xerxa Ypselgran fått sin talapparat?",
        "I går flyttade Xerxa Ypselgran in hos oss",
        "Permobilen till Xerxa Ypselgran är klar",
        "Xerxa Ypselgran sitter fast i sin stol",
        "Xerxa Ypselgran (dement) river sönder madrassen",
        "Vi fick besked att Xerxa Ypselgran är beviljad trygghetslarm",
        "Kontakta Xerxa Ypselgrans son innan ni kommer",
        "Brukare: Ö. Ypselgran",
        "Herr Wikander vill ha tillbaka sin kudde",
        "Vårdtagare Terje Lillehagen har ramlat",
        "I måndags avled Xerxa Ypselgran. Sängen kan hämtas",
        "Beställningen gällde Xerxa Ypselgran och rullstolen",
        "Hos oss bor sedan i går Xerxa Ypselgran",
        "Xerxa Ypselgran, 2 tr, ringer på länge",
        "Vi har en liten kille, Xerxa Ypselgran",
        "Vi önskar byta Xerxa Ypselmax madrass",
    ],
)
def test_names_in_no_list_are_read_by_their_sentence(text: str) -> None:
    assert verdict(text) == "certain"


@pytest.mark.parametrize(
    "text",
    [
        "Fågelbo Ängsro behöver 2 duschstolar",
        "Norra Kajen behöver 4 st griptänger",
        "Tranbärsliden och Sjöglimten behöver varsin Kestrel",
        "Priset på Bella Donna undrar vi över",
        "Felix Junior, 3 st, till Klockarhöjden",
        "Hälsa Rolf Sundin på lagret att Tornado Plus kom fram",
        "Rolf Sundin och Eva Brännström, båda arbetsterapeuter, beställer 6 duschpallar",
        "Rolf Sundin heter jag och är ny samordnare här",
        "Fakturan märks 4410/Rolf Sundin",
        "50902 Vridplatta EasyTurn - 1",
        "Content-Type: text/html; charset=utf-8",
        "Hylla G.M.S. är tom",
        "Förrådet är tomt på Bella Donna. Skicka 6",
        "Ersätt gärna Kalle Kräfta med något likvärdigt",
        "Ekliden saknar Vento 3, Sirius och Kalle Kräfta",
        "Utbildning i Kalle Kräfta hålls den tolfte",
        "Kalle Kräfta från Glidex är lika bra",
        "Finns Kalle Kräfta i mindre storlek?",
        "Kalle Kräfta x 3 tack",
        "Produkt;Antal\nKalle Kräfta;4\nOlle Ros;9",
        "Ekliden undrar om Kalle Kräfta går att få med broms",
        "Kan du titta på Kalle Kräfta som står i hallen? Den gnisslar.",
        "Glidex Vera kommer på torsdag",
        "Den nya avdelningen på Vallmon ska ha 10 griptänger",
    ],
)
def test_places_goods_and_codes_that_no_list_has_are_no_names(text: str) -> None:
    assert verdict(text) == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "Ersätt gärna Kalle Kräftas trasiga rullstol",
        "Vi är helt utan Xerxa Ypselgrans säng nu",
        "Ekliden saknar duschpall och Kalle Kräfta behöver en säng",
        "Brukaren Kalle Kräfta saknas helt i listan",
        "Produkt;Patient\nRullstol;Kalle Kräfta",
        "Vi saknar Xerxa Ypselgran i listan. Hon behöver en säng",
        "Dynan passar till Xerxa Ypselgran på rum 4",
        "Glidex Vera behöver en rullator",
    ],
)
def test_words_for_goods_hide_no_patient(text: str) -> None:
    assert verdict(text) == "certain"


@pytest.mark.parametrize("place", ["Xerxa Ypselgran behöver {}", "xerxa ypselgran ska ha {}"])
def test_what_is_asked_for_tells_a_person_from_a_ward(place: str) -> None:
    assert verdict(place.format("en rullstol")) == "certain"
    assert verdict(place.format("6 st rullstolar")) == "possible"


def test_a_text_of_nothing_but_names_is_flagged_before_it_is_read_through() -> None:
    assert verdict("Xerxa Ypselgran\n" * 6_000) != "clean"


def test_the_same_templates_train_the_same_model() -> None:
    folder = shipped_rules()
    rules = load_screening(folder)
    assert train_names(rules, folder, texts=150) == train_names(rules, folder, texts=150)
    assert train_roles(rules, folder, times=1) == train_roles(rules, folder, times=1)


def test_the_shipped_model_reads_what_the_templates_hold() -> None:
    folder = shipped_rules()
    rules = load_screening(folder)
    tagger = NameTagger(rules.name_model, Lexicon(rules))
    made = [
        (words, [label for _, label in words])
        for words in Maker(rules, load_templates(folder), load_contexts(folder), seed=77).sentences(400)
    ]
    right = sum(tagger.labelled([[word for word, _ in words]])[0] == labels for words, labels in made)
    assert right > 0.9 * len(made)


def test_sentences_read_side_by_side_are_read_as_the_library_reads_each() -> None:
    folder = shipped_rules()
    rules = load_screening(folder)
    features, library = Features(Lexicon(rules)), opened(rules.name_model, "model.crfsuite", "namnmodell")
    made = Maker(rules, load_templates(folder), load_contexts(folder), seed=78).sentences(300)
    texts = [["|", "|", "Rune"], ["Rune"], *([word for word, _ in sentence] for sentence in made)]
    chain = chain_of(rules.name_model, library)
    labels, sure = chain.read(WordScores(features, chain).of(texts), [len(words) for words in texts])
    read: list[tuple[str, list[float]]] = []
    for words in texts:
        library.set(features.of(words))
        read += [
            (label, [library.marginal(one, at) for one in chain.labels])
            for at, label in enumerate(library.tag())
        ]
    assert [chain.labels[one] for one in labels] == [label for label, _ in read]
    assert sure == pytest.approx(np.array([shares for _, shares in read]), abs=1e-9)


def test_a_damaged_model_is_told_in_one_line() -> None:
    rules = load_screening(shipped_rules(), name_model=b"not a model")
    with pytest.raises(RulesError, match=r"model\.crfsuite.*training"):
        NameTagger(rules.name_model, Lexicon(rules))


def test_a_role_given_once_holds_for_the_same_name_all_through_the_mail() -> None:
    told = "Rolf Sundin är vaktmästare här.\n\nFråga Rolf Sundin efter nyckeln."
    assert verdict(told) == "clean"
    assert verdict("Rolf Sundin är vaktmästare här.\n\nBrukaren Rolf Sundin behöver en stol.") == "certain"
