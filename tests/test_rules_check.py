"""`reservpost rules check`: each rule by its own examples; and nothing runs on rules that do not hold."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from service.settings import shipped_rules
from tests.command import Desk, made_desk, reservpost


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules, to spoil."""
    return Path(shutil.copytree(shipped_rules(), tmp_path / "rules"))


def _change(file: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _unknown_key(rules: Path) -> str:
    _change(rules / "automatic.yaml", lambda told: told["signs"][0].update({"patern": "x"}))
    return "automatic.yaml: signs.0.patern: okänd nyckel"


def _unknown_key_of_data(rules: Path) -> str:
    _change(rules / "personal_data.yaml", lambda told: told.update({"regler": []}))
    return "personal_data.yaml: regler: okänd nyckel"


def _missing_file(rules: Path) -> str:
    (rules / "kinds.yaml").unlink()
    return "kinds.yaml: går inte att läsa"


def _not_yaml(rules: Path) -> str:
    (rules / "kinds.yaml").write_text("phrases: [", encoding="utf-8")
    return "kinds.yaml: rad 1 är inte giltig YAML"


def _not_utf8(rules: Path) -> str:
    (rules / "kinds.yaml").write_bytes(b"phrases: \xff")
    return "kinds.yaml: är inte UTF-8"


def _empty(rules: Path) -> str:
    (rules / "automatic.yaml").write_text("", encoding="utf-8")
    return "automatic.yaml: "


def _failing_sign(rules: Path) -> str:
    _change(rules / "automatic.yaml", lambda told: told["signs"][1].update({"match": ["no"]}))
    return "automatic.yaml: auto-submitted: «no» ska kännas igen"


def _failing_phrase(rules: Path) -> str:
    _change(rules / "kinds.yaml", lambda told: told["phrases"][0].update({"clear": ["lagerflytt"]}))
    return "kinds.yaml: lagerflytt: «lagerflytt» känns igen men ska inte göra det"


def _failing_rule(rules: Path) -> str:
    _change(rules / "personal_data.yaml", lambda told: told["rules"][0].update({"match": ["Hej!"]}))
    return "exempel 1 under match hittas inte"


def _letter_that_asks_too_much(rules: Path) -> str:
    template = rules / "letters" / "accepted.txt.j2"
    template.write_text(template.read_text(encoding="utf-8") + "{{ mailets_text }}", encoding="utf-8")
    return "rätta mallen"


def _letter_that_is_not_utf8(rules: Path) -> str:
    (rules / "letters" / "accepted.txt.j2").write_bytes(b"Hej \xff")
    return "rätta mallen"


def _letter_that_cannot_be_written(rules: Path) -> str:
    (rules / "letters" / "flagged.html.j2").write_text("{{ desk.name + 1 }}", encoding="utf-8")
    return "rätta mallen"


SPOILED = (
    _unknown_key,
    _unknown_key_of_data,
    _missing_file,
    _not_yaml,
    _not_utf8,
    _empty,
    _failing_sign,
    _failing_phrase,
    _failing_rule,
    _letter_that_asks_too_much,
    _letter_that_is_not_utf8,
    _letter_that_cannot_be_written,
)


def _desk(folder: Path, rules: Path) -> Desk:
    desk = made_desk(folder)
    desk.settings.write_text(f'rules_folder = "{rules}"\n' + desk.settings.read_text())
    return desk


def test_the_shipped_rules_hold(rules: Path) -> None:
    assert reservpost("rules", "check").code == 0
    assert str(rules) in reservpost("rules", "check", "--folder", str(rules)).out


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_spoiled_folder_is_one_line_and_exit_1(rules: Path, spoil: Callable[[Path], str]) -> None:
    expected = spoil(rules)
    told = reservpost("rules", "check", "--folder", str(rules))
    assert told.code == 1
    assert expected in told.fault


@pytest.mark.parametrize("spoil", SPOILED)
def test_the_service_refuses_to_start_on_it(
    tmp_path: Path, rules: Path, spoil: Callable[[Path], str]
) -> None:
    desk, expected = _desk(tmp_path, rules), spoil(rules)
    assert expected in desk("run").fault
    assert not (desk.state / "ledger.db").exists()


def test_without_a_folder_the_rules_of_the_site_are_tried(tmp_path: Path, rules: Path) -> None:
    desk = _desk(tmp_path, rules)
    assert str(rules) in desk("rules", "check").out
    assert _failing_sign(rules) in desk("rules", "check").fault


def test_each_failing_example_is_told_on_its_own_line(rules: Path) -> None:
    expected = {_failing_sign(rules), _failing_phrase(rules), _failing_rule(rules)}
    told = reservpost("rules", "check", "--folder", str(rules))
    assert (told.code, told.out) == (1, "")
    assert len(told.err.splitlines()) == len(expected)
    assert all(line in told.err for line in expected)
