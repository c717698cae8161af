"""`rules check --against`: which mails of a folder would be decided otherwise with edited rules."""

import shutil
from pathlib import Path

import pytest
import yaml

from service.settings import shipped_rules
from tests import made
from tests.command import reservpost


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """One mail of each sort."""
    folder = tmp_path / "mails"
    folder.mkdir()
    names = ("order", "personal", "unreadable", "foreign", "automatic")
    for name, mail in zip(names, made.one_of_each("a"), strict=True):
        (folder / f"{name}.eml").write_bytes(mail.raw)
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_rules(), tmp_path / "rules"))


def test_rules_that_say_the_same_change_nothing(rules: Path, mails: Path) -> None:
    told = reservpost("rules", "check", "--folder", str(rules), "--against", str(mails))
    assert told.code == 0
    assert f"0 av 5 mail får ett annat beslut än med {shipped_rules()}." in told.out


def test_each_mail_that_would_be_decided_otherwise_is_named_with_its_rules(rules: Path, mails: Path) -> None:
    file = rules / "personal_data.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    for rule in told["rules"]:
        rule["certainty"] = "possible"
    told["words"]["health"].append("sesam")
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    shown = reservpost("rules", "check", "--folder", str(rules), "--against", str(mails)).out
    assert "personal.eml: avvisad → till granskning" in shown
    assert "1 av 5 mail får ett annat beslut" in shown
    assert "2389" not in shown


def test_a_word_that_stops_a_clean_order_is_seen_before_it_is_used(rules: Path, mails: Path) -> None:
    file = rules / "personal_data.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    added = next(rule for rule in told["rules"] if rule["id"] == "age")
    added["patterns"].append(r"\bGod[ ]morgon\b")
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    shown = reservpost("rules", "check", "--folder", str(rules), "--against", str(mails)).out
    assert "order.eml: mottagen → till granskning (regel: nu age)" in shown


def test_a_folder_without_mails_or_rules_that_are_in_use_is_a_misuse(rules: Path, tmp_path: Path) -> None:
    empty = reservpost("rules", "check", "--folder", str(rules), "--against", str(tmp_path))
    assert (empty.code, "ingen mapp med .eml-filer" in empty.fault) == (2, True)
    same = reservpost("rules", "check", "--against", str(tmp_path))
    assert (same.code, "ange de ändrade med --folder" in same.fault) == (2, True)
