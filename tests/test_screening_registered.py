"""What a site's own registers name is no person, whole; a word for a patient still outweighs it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.registers.entry import Entry
from service.registers.registers import Registers
from service.registers.shelf import Shelf
from service.rules.registers import load_registers
from service.rules.screening import load_screening
from service.screening.registered import Registered
from service.screening.screen import Screen
from service.settings import shipped_rules
from service.values import Document, Envelope, Piece, Zone

NAMES = frozenset({"maria magna", "selma ståhls hem", "uppresningslyft greta stand xl 60 cm", "villa ingrid"})
SCREEN = Screen(load_screening(shipped_rules()), registered=lambda: NAMES)
PLAIN = Screen(load_screening(shipped_rules()))


def found(screen: Screen, text: str) -> set[str]:
    pieces = (Piece(text, "mailets text", Zone.BODY),)
    document = Document(Envelope("Karin Norén", "karin.noren@torsby.se"), pieces)
    return {finding.reason.code for finding in screen.findings(document)}


@pytest.mark.parametrize(
    "text",
    [
        "Bromsarna kärvar på Maria Magna som vi fick i går.",
        "Vi undrar om Maria Magna, den nya, finns att få.",
        "19 st 36069 ska nu till Selma Ståhls hem",
        "MARIA  MAGNA (ny) önskas till avdelningen",
    ],
)
def test_a_registered_name_is_a_thing(text: str) -> None:
    assert found(SCREEN, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Brukaren Maria Magna behöver en rollator.",
        "Maria Magna Lindqvist behöver en rollator.",
        "Maria Lindqvist behöver en rollator.",
        "Selma Ståhls rullstol är trasig.",
    ],
)
def test_a_patient_with_such_a_name_or_a_part_of_one_is_stopped_all_the_same(text: str) -> None:
    assert "patient_name" in found(SCREEN, text)


def test_without_registers_the_name_is_looked_at_by_a_person() -> None:
    assert found(PLAIN, "Vi undrar om Maria Magna, den nya, finns att få.") != set()


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_is_covered_wherever_it_stands_whole(before: str, behind: str) -> None:
    text = f"{before} Villa Ingrid {behind}"
    start = len(before) + len(" Villa ")
    assert Registered(NAMES).covers(text, start, start + len("Ingrid"))
    assert not Registered().covers(text, start, start + len("Ingrid"))


def test_a_register_imported_anew_counts_at_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    registers = Registers(shelf, load_registers(shipped_rules()))
    assert registers.gazetteer() == frozenset()
    shelf.write("articles", (Entry("50123", "Maria Magna"),))
    assert registers.gazetteer() == {"maria magna"}
    assert registers.gazetteer() is registers.gazetteer()
    shelf.write("facilities", (Entry("7", "Villa Ingrid"),))
    assert registers.gazetteer() == {"maria magna", "villa ingrid"}
