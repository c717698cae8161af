"""The reader of roles: what it has learnt, that it never looks at the name, and that no text upsets it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import RulesError
from service.rules.screening import load_screening
from service.screening.lexicon import Lexicon
from service.screening.role_reader import Part, RoleFeatures, RoleReader
from service.screening.training.contexts import ContextFiller, load_contexts
from service.screening.training.templates import load_templates
from service.screening.word_classes import WordClasses
from service.settings import shipped_rules
from tests.screened import verdict

FOLDER = shipped_rules()
RULES = load_screening(FOLDER)
FEATURES = RoleFeatures(Lexicon(RULES), WordClasses(RULES.word_classes))
READER = RoleReader(RULES.role_model, FEATURES)


def test_the_shipped_model_reads_what_the_contexts_hold() -> None:
    filler = ContextFiller(RULES, load_templates(FOLDER), seed=77)
    told, right = 0, 0
    for one in filler.examples(load_contexts(FOLDER), times=1):
        likely = READER.read(one.text, one.start, one.end)
        best = max((likely.patient, Part.PATIENT), (likely.other, Part.OTHER), (likely.thing, Part.THING))
        told, right = told + 1, right + (best[1] is one.part)
    assert told > 5_000
    assert right > 0.85 * told


@given(st.sampled_from(["Jasmina Begović", "Nimco Xirsi", "Xerxa Ypselgran", "K Q"]))
def test_the_name_itself_says_nothing(name: str) -> None:
    before, behind = "Hej, kan ni skicka en ny till ", " som inte sover om nätterna?"
    read = READER.read(f"{before}{name}{behind}", len(before), len(before) + len(name))
    other = READER.read(f"{before}Rune Ek{behind}", len(before), len(before) + len("Rune Ek"))
    assert read == other


@given(st.text(max_size=200), st.text(min_size=1, max_size=20), st.text(max_size=200))
def test_any_text_can_be_read(before: str, name: str, behind: str) -> None:
    likely = READER.read(before + name + behind, len(before), len(before) + len(name))
    assert likely.patient + likely.other + likely.thing == pytest.approx(1)
    assert 0 <= likely.patient_if_person <= 1


def test_of_another_language_nothing_is_told() -> None:
    text = "Your message to John Smith could not be delivered because he needs a new mailbox at our server."
    start = text.index("John")
    assert READER.read(text, start, start + len("John Smith")).patient == 0


def test_a_damaged_model_is_told_in_one_line() -> None:
    with pytest.raises(RulesError, match=r"roles\.crfsuite.*training"):
        RoleReader(b"not a model", FEATURES)


def test_a_spoiled_context_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "contexts.yaml").write_text("patient: [x]\nother: 3\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"contexts\.yaml"):
        load_contexts(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("certain", "Larmet tjuter hela nätterna så Zozan Hawrami får ingen sömn alls."),
        ("certain", "Färdtjänsten vägrar köra Azra Šarić så länge fästena saknas på stolen."),
        ("certain", "Hej,\nHemgång planerad till fredag för Kaj Blomerus. Trappan är problemet."),
        ("certain", "Anhörig som kontaktas vid leverans: Safet Zukić"),
        ("certain", "> Hej, min man kommer inte upp ur sängen.\n> Hälsningar Marjatta Jokiaho"),
        ("certain", "Mottagare är Deqa Warsame som bor på Granlunda och har väntat sen i julas."),
        ("possible", "Tar du det med Azra Šarić när hon är tillbaka från semestern?"),
        ("clean", "Mottagare är Deqa Warsame, vaktmästare på Granlunda."),
        ("clean", "Kund: Karl Johans servicehus\nArtikel: 50123\nAntal: 4"),
        ("clean", "Vi behöver fyra till.\nKaj Brolin, förflyttningsinstruktör"),
        ("clean", "Hej hjälpmedel, Alve Brolin här, sjukgymnast på Solhaga. Skicka 11 st."),
        ("clean", "19 st kryckkäppar ska till Ingrid Ljungs minneshem."),
    ],
)
def test_what_the_whole_mail_says_decides(wanted: str, text: str) -> None:
    assert verdict(text) == wanted
