"""The command as a whole: help and faults in Swedish, one line each, and what is loaded when."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from service.cli.swedish import wrong
from tests.command import Desk, fill, made_desk, reservpost

COMMAND = [sys.executable, "-c", "from service.cli.app import main; main()"]
GROUPS = {
    "outage": ("start", "down", "up", "end", "status", "slips", "close", "report"),
    "ledger": ("list", "add", "show", "register", "cancel"),
    "digest": ("show", "send"),
    "review": ("list", "show", "book", "reject", "done"),
    "letters": ("list", "show", "retry"),
    "incidents": ("list",),
    "disposal": ("list", "run"),
    "audit": ("verify",),
    "rules": ("check",),
    "settings": ("check",),
}
SINGLE = ("run", "demo", "check", "status", "doctor", "journal", "reconcile")
PATHS = [
    (),
    *((name,) for name in (*SINGLE, *GROUPS)),
    *((group, verb) for group, verbs in GROUPS.items() for verb in verbs),
]
ENGLISH = (
    "Usage",
    "Options",
    "Commands",
    "Arguments",
    "Show this",
    "OPTIONS",
    "required",
    "default",
    "<",
    "{",
)
ON_THE_LEDGER = (
    "ledger list",
    "ledger show RP-2026-000001",
    "ledger register RP-2026-000001",
    "journal",
    "letters list",
    "letters retry 1",
    "review list",
    "review done 1",
    "outage status",
    "outage start",
    "audit verify",
    "status",
    "run",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = made_desk(tmp_path)
    fill(made)
    return made


# -- help and misuse ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_verb_helps_in_swedish_on_80_columns(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    helped = reservpost(*path, "--help")
    assert (helped.code, helped.err) == (0, "")
    assert helped.out.startswith("Så här: reservpost")
    assert not [word for word in ENGLISH if word in helped.out]
    assert max(map(len, helped.out.splitlines())) <= 80
    assert not [line for line in helped.out.splitlines() if line.endswith("...") and "Så här" not in line]


def test_help_names_every_verb() -> None:
    assert all(name in reservpost("--help").out for name in (*SINGLE, *GROUPS))
    for group, verbs in GROUPS.items():
        helped = reservpost(group)
        assert helped.code == 2
        assert all(f"\n  {verb} " in helped.err for verb in verbs)


MISUSES = {
    "foo": "reservpost: foo: kommandot finns inte; se `reservpost --help`",
    "stauts": "stauts: kommandot finns inte; menades 'status'?",
    "--foo": "--foo: valet finns inte",
    "outage start --foo": "outage start: --foo: valet finns inte; se `reservpost outage start --help`",
    "status --settings x": "--settings FIL skrivs före kommandot",
    "ledger show": "NUMMER saknas",
    "ledger cancel RP-2026-000001": "--why saknas",
    "ledger list --state": "--state behöver ett värde",
    "ledger list --state x": "--state: x är inte något av 'pending', 'registered', 'cancelled'",
    "journal --decision x": "--decision: x är inte något av 'accepted'",
    "journal --limit 0": "--limit måste vara minst 1",
    "journal --limit ett": "--limit ska vara ett heltal",
    "journal --limit 99999999999999999999": "--limit får vara högst 9223372036854775807",
    "letters show 99999999999999999999": "NR får vara högst",
    "letters show 1 2": "2: för mycket på raden",
    "letters show x": "NR ska vara ett heltal",
    "status --json=1": "--json tar inget värde",
    "review book 1 --kind x": "--kind: x är inte något av",
    "check": "FIL... saknas",
}


@pytest.mark.parametrize("line", MISUSES)
def test_a_misuse_is_one_swedish_line_and_exit_2(line: str, desk: Desk) -> None:
    told = desk(*line.split())
    assert told.code == 2
    assert MISUSES[line] in told.fault
    assert told.out == ""


def test_a_message_that_is_not_known_is_told_as_it_stands() -> None:
    assert wrong("Something new.") == "Something new."


# -- faults of what a command leans on ----------------------------------------------------------------


def _scramble(ledger: Path) -> None:
    ledger.write_bytes(bytes(range(256)) * 80)


def _make_newer(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _make_folder(ledger: Path) -> None:
    shutil.rmtree(ledger.parent)
    ledger.mkdir(parents=True)


def _break_a_page(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with ledger.open("r+b") as file:
        file.seek(4096)
        file.write(b"x" * 40_000)


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no database": (_scramble, "återställ en säkerhetskopia"),
    "broken page": (_break_a_page, "återställ en säkerhetskopia"),
    "newer": (_make_newer, "kör en nyare version"),
    "folder": (_make_folder, "går inte att använda just nu"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("verb", ON_THE_LEDGER)
def test_a_ledger_that_cannot_be_used_is_one_line_that_names_it(desk: Desk, damage: str, verb: str) -> None:
    ledger = desk.state / "ledger.db"
    break_it, advice = DAMAGES[damage]
    break_it(ledger)
    if verb == "status" and damage == "newer":
        assert desk("status").code == 0  # the sums are still there to read
        return
    fault = desk(*verb.split()).fault
    assert str(ledger) in fault
    assert (advice if verb != "status" else "`reservpost doctor`") in fault


@pytest.mark.parametrize("verb", [verb for verb in ON_THE_LEDGER if verb != "status"])
def test_a_state_folder_that_is_a_file_is_one_line_that_names_it(desk: Desk, verb: str) -> None:
    shutil.rmtree(desk.state)
    desk.state.write_text("")
    assert f"{desk.state}: är en fil där en mapp ska stå" in desk(*verb.split()).fault


@pytest.mark.parametrize("verb", [*ON_THE_LEDGER, "doctor", "settings check"])
def test_settings_that_cannot_be_used_are_one_line(tmp_path: Path, verb: str) -> None:
    words = verb.split()
    assert "filen finns inte" in reservpost("--settings", str(tmp_path / "saknas.toml"), *words).fault
    assert "filen finns inte" in reservpost("--settings", str(tmp_path), *words).fault
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"\xff\xfe\x00")
    assert f"{odd}: är inte giltig TOML" in reservpost("--settings", str(odd), *words).fault


def test_an_argument_that_is_no_utf8_is_told_and_changes_nothing(desk: Desk) -> None:
    odd = os.fsdecode(b"\xff")
    for words in (["outage", "end", "--by", odd], ["ledger", "cancel", "RP-2026-000001", "--why", odd]):
        assert "är inte giltig UTF-8" in desk(*words).fault
    assert desk("outage", "status", "--json").rows[0]["ended_at"] is None
    assert {row["state"] for row in desk("ledger", "list", "--json").rows} == {"pending"}


# -- pipes, signals and encodings, in a process of its own --------------------------------------------


def _start(desk: Desk, *words: str, **how: object) -> "subprocess.Popen[bytes]":
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.Popen([*COMMAND, "--settings", str(desk.settings), *words], **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("verb", ["status", "journal --json", "ledger list", "ledger show RP-2026-000001"])
def test_a_reader_that_has_gone_ends_the_command_without_a_word(desk: Desk, verb: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = _start(desk, *verb.split(), stdout=writer)
    os.close(writer)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, b"")


def test_a_full_disk_under_the_output_is_one_line(desk: Desk) -> None:
    with Path("/dev/full").open("wb") as full:
        process = _start(desk, "ledger", "list", stdout=full)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.startswith(b"reservpost: ")
    assert said.count(b"\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_sign_that_the_terminal_lacks_is_no_fault(desk: Desk, encoding: str) -> None:
    process = _start(desk, "ledger", "list", env=os.environ | {"PYTHONIOENCODING": encoding})
    said, fault = process.communicate(timeout=30)
    assert (process.returncode, fault) == (0, b"")
    assert b"RP-2026-000001" in said


def test_ctrl_c_ends_a_command_that_waits_without_a_traceback(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = desk.settings.read_text().replace("port = 1\nuser", f"port = {port}\nuser")
        desk.settings.write_text(settings)
        process = _start(desk, "review", "reject", "3")
        silent.settimeout(30)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)
        connection.close()
    assert (process.returncode, said) == (130, (b"", b""))


# -- what is loaded -----------------------------------------------------------------------------------

HEAVY = (
    "sqlmodel", "sqlalchemy", "alembic", "presidio_analyzer", "imap_tools", "aiosmtplib", "jinja2", "rich",
    "structlog", "apscheduler", "service.daemon", "service.intake", "service.reading", "service.screening",
    "service.ordering", "service.letters",
)  # fmt: skip


def _loaded(*words: str) -> set[str]:
    told = (
        "import sys; from service.cli.app import main\n"
        "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_loads_neither_settings_nor_ledger_nor_judgement() -> None:
    assert not _loaded("--help") & {*HEAVY, "pydantic", "pydantic_settings", "asyncio", "service.settings"}


def test_status_loads_the_settings_alone(desk: Desk) -> None:
    assert not _loaded("--settings", str(desk.settings), "status") & set(HEAVY)
