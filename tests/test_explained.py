"""`reservpost check` shows what was found by its shape, and as it stands to a person at a terminal alone."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.explain import shape
from tests import made
from tests.command import reservpost

PROGRAM = [sys.executable, "-c", "from service.cli.app import main; main()"]
FOUND = ("19420312-2389", "Solveig Brännström", "070-174 06 71", "Tallstigen 5")
BODY = f"""{made.ORDER}
Till brukaren {FOUND[1]}, {FOUND[0]}. Dottern nås på {FOUND[2]}. Hon bor på {FOUND[3]}.
"""


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    file = tmp_path / "mail.eml"
    file.write_bytes(made.letter_from("karin@karlstad.se", "e", BODY).as_bytes())
    return file


def test_each_finding_is_told_with_its_shape_place_code_and_rule(mail: Path) -> None:
    told = reservpost("check", str(mail)).out
    assert "säkert: Mailet innehåller ett personnummer." in told
    assert "hittat: 99999999-9999" in told
    assert "mailets text · personnummer · regel personnummer" in told
    assert "mailets text · patient_name · regel patient-name" in told
    for text in FOUND:
        assert all(part not in told for part in text.split())


def test_a_person_at_a_terminal_may_see_it_as_it_stands(mail: Path) -> None:
    told = " ".join(_in_terminal("check", "--reveal", str(mail)).split())
    assert all(text in told for text in FOUND)


@pytest.mark.parametrize("words", [["--reveal"], ["--reveal", "--json"]])
def test_it_is_refused_wherever_it_would_stay(mail: Path, words: list[str]) -> None:
    told = reservpost("check", *words, str(mail))
    assert (told.code, told.out) == (2, "")
    assert "går bara i en terminal" in told.fault


def test_with_json_it_is_refused_in_a_terminal_too(mail: Path) -> None:
    shown = _in_terminal("check", "--reveal", "--json", str(mail))
    assert "går bara i en terminal" in " ".join(shown.split())
    assert FOUND[1] not in shown


def test_a_mail_that_breaks_the_limits_is_explained_without_findings(tmp_path: Path) -> None:
    file = tmp_path / "large.eml"
    with file.open("wb") as large:
        large.truncate(30_000_001)
    told = reservpost("check", str(file))
    assert "TILL GRANSKNING" in told.out
    assert "hittat" not in told.out


@given(st.text())
def test_a_shape_holds_no_letter_and_no_digit_of_the_text(text: str) -> None:
    assert set(shape(text)) & set("abcdefghijklmnopqrstuvwyzABCDEFGHÅÄÖåäö012345678") == set()
    assert shape(text).count("\n") == 0


def _in_terminal(*words: str) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*PROGRAM, *words], stdout=theirs, stderr=theirs, stdin=theirs) as process:
        os.close(theirs)
        shown = b"".join(_read(ours))
        os.close(ours)
        process.wait(60)
    return shown.decode()


def _read(terminal: int) -> Iterator[bytes]:
    # The terminal of a process that has ended answers with an error instead of nothing.
    with suppress(OSError):
        while part := os.read(terminal, 65_536):
            yield part
