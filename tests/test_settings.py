"""Settings: what is odd is refused in one line that names the file, the key and what is allowed."""

from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import load_settings, settings_path, shipped_rules
from tests.command import reservpost

HERE = Path(__file__).parent
GOOD = HERE / "good_settings.toml"
BAD = sorted((HERE / "bad_settings").glob("*.toml"))
EXAMPLE = HERE.parent / "deploy" / "settings.example.toml"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_an_odd_file_is_refused_with_what_its_first_line_expects(path: Path) -> None:
    expected = path.read_text().splitlines()[0].removeprefix("# expected: ")
    with pytest.raises(SettingsError) as refused:
        load_settings(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_every_default_is_as_the_example_file_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESERVPOST_MAILBOX__PASSWORD", "x")
    example, plain = load_settings(EXAMPLE), load_settings(GOOD)
    assert example.trust == plain.trust
    assert example.limits == plain.limits
    assert example.intake == plain.intake
    assert example.mailbox.poll_seconds == plain.mailbox.poll_seconds


def test_the_environment_goes_before_a_credential_and_a_credential_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def password() -> str:
        return load_settings(GOOD).mailbox.password.get_secret_value()

    assert password() == "hemligt"
    (tmp_path / "mailbox__password").write_text("av systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert password() == "av systemd"
    monkeypatch.setenv("RESERVPOST_MAILBOX__PASSWORD", "av omgivningen")
    assert password() == "av omgivningen"


def test_a_password_that_is_odd_is_refused_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "saknas"))
    with pytest.raises(SettingsError, match="ingen mapp, fast CREDENTIALS_DIRECTORY anger den"):
        load_settings(GOOD)
    (tmp_path / "mailbox__password").write_bytes(b"hemligare\xff")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(SettingsError, match="är inte UTF-8") as refused:
        load_settings(GOOD)
    assert "hemligare" not in str(refused.value)


def test_a_variable_that_is_odd_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESERVPOST_TRUST__DOMAINS", "arvika.se")
    with pytest.raises(SettingsError, match=r"RESERVPOST_TRUST.* är inte giltig JSON"):
        load_settings(GOOD)
    monkeypatch.delenv("RESERVPOST_TRUST__DOMAINS")
    monkeypatch.setenv("RESERVPOST_MAILBOX__PORT", "en")
    with pytest.raises(SettingsError, match=r"mailbox\.port: ska vara ett heltal"):
        load_settings(GOOD)


def test_settings_check_tells_where_things_lie() -> None:
    told = reservpost("--settings", str(GOOD), "settings", "check")
    assert (told.code, told.err) == (0, "")
    assert "Liggare: state/ledger.db." in told.out
    assert "hemligt" not in told.out


def test_a_password_never_shows_in_what_is_printed() -> None:
    assert "hemligt" not in repr(load_settings(GOOD))


def test_without_any_file_the_places_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESERVPOST_SETTINGS", raising=False)
    if not Path("/etc/reservpost/settings.toml").is_file():
        with pytest.raises(SettingsError, match="--settings FIL"):
            settings_path(None)
    (tmp_path / "settings.toml").write_text("")
    assert settings_path(None) == Path("settings.toml")
    monkeypatch.setenv("RESERVPOST_SETTINGS", "annan.toml")
    assert settings_path(None) == Path("annan.toml")
    with pytest.raises(SettingsError, match="filen finns inte"):
        load_settings(tmp_path / "saknas.toml")


def test_the_rules_that_came_with_the_program_are_found() -> None:
    assert (shipped_rules() / "automatic.yaml").is_file()
