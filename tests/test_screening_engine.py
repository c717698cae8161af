"""A language model of the site's own: loaded where it is installed, united with the rest, never fetched."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import spacy

from service.errors import SettingsError
from service.rules.screening import load_screening
from service.screening.screen import Screen
from service.settings import shipped_rules
from service.values import Document, Envelope, Finding, Piece, Zone
from tests import made
from tests.command import Desk, made_desk

UNHEARD = "m4ri4 h0lm"
"""What nobody but the model takes for a name."""


@pytest.fixture(scope="module", params=["PRS", "PER"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline on disk that knows one person, by the label of either school."""
    pipeline = spacy.blank("sv")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [{"label": request.param, "pattern": UNHEARD}, {"label": "ORG", "pattern": "Region Värmland"}]
    )
    folder = tmp_path_factory.mktemp("model") / "sv_tiny"
    pipeline.to_disk(folder)
    return str(folder)


def screened(text: str, model: str = "", sender: str = "Karin Norén") -> tuple[Finding, ...]:
    screen = Screen(load_screening(shipped_rules()), model)
    envelope = Envelope(sender, "karin@torsby.se", sent_at=datetime(2026, 1, 14, tzinfo=UTC))
    return screen.findings(Document(envelope, (Piece(text, "mailets text", Zone.BODY),)))


def test_what_only_the_model_knows_is_found_and_our_own_findings_stay(model: str) -> None:
    text = f"Se bifogat från {UNHEARD} angående 420312-2389. Hälsa Region Värmland."
    alone, both = screened(text), screened(text, model)
    assert {finding.reason.code for finding in alone} == {"personnummer"}
    assert {finding.reason.code for finding in both} == {"personnummer", "unknown_name"}
    [found] = [finding for finding in both if finding.reason.code == "unknown_name"]
    assert text[found.start : found.end] == UNHEARD


def test_roles_hold_for_its_names_too(model: str) -> None:
    assert not screened(f"Kontaktperson: {UNHEARD}, enhetschef", model)
    assert not screened(f"Hälsningar\n{UNHEARD}", model, sender=UNHEARD)
    [patient] = screened(f"Brukaren {UNHEARD} väntar.", model)
    assert patient.reason.code == "patient_name"


def test_a_model_that_is_not_there_is_told_in_one_line_and_never_fetched(tmp_path: Path) -> None:
    for missing in ("sv_core_news_lg", str(tmp_path / "nowhere"), "../x", "sv-core"):
        with pytest.raises(SettingsError, match=r"screening\.engine: .* finns inte") as told:
            screened("Hej", missing)
        assert "\n" not in str(told.value)


def test_a_model_that_is_broken_is_told_in_one_line(model: str) -> None:
    config = Path(model) / "config.cfg"
    whole = config.read_text()
    config.write_text('[nlp]\nlang = "sv"\npipeline = ["no_such"]\n')
    try:
        with pytest.raises(SettingsError, match="går inte att ladda"):
            screened("Hej", model)
    finally:
        config.write_text(whole)


def test_the_setting_reaches_every_mail(tmp_path: Path, model: str) -> None:
    desk = made_desk(tmp_path)
    mail = tmp_path / "mail.eml"
    body = made.ORDER.replace("Mvh Malin", f"Se bifogat från {UNHEARD}.\n\nMvh Malin")
    mail.write_bytes(made.letter_from("karin@karlstad.se", "m", body).as_bytes())
    named = {"unknown-name", "patient-name"}
    assert not named & rules_named(desk, mail)
    desk.settings.write_text(f'{desk.settings.read_text()}[screening]\nengine = "{model}"\n')
    assert named & rules_named(desk, mail)
    desk.settings.write_text(desk.settings.read_text().replace(model, "sv_not_installed"))
    assert "screening.engine: sv_not_installed finns inte" in desk("check", str(mail)).fault


def rules_named(desk: Desk, mail: Path) -> set[str]:
    return {reason["rule"] for reason in desk("check", "--json", str(mail)).rows[0]["reasons"]}
