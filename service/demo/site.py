"""The demo's own site: a state folder with a settings file, and the real command run on it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.demo.address import RECEIVER, Servers
from service.errors import ReservpostError
from service.registers.importing import take_in
from service.registers.shelf import Shelf
from service.rules.registers import REGISTERS, load_registers
from service.settings import shipped_rules

COMMAND = (sys.executable, "-P", "-c", "from service.cli.app import main; main()")
"""The installed command, wherever its script stands."""

COLUMNS = 80
FOLDER = "Reservpost"
STOP_SECONDS = 10.0
"""How soon the program promises to have stopped after SIGTERM."""

SETTINGS = """\
state_folder = {state_folder}
rules_folder = {rules_folder}

[desk]
address = {desk}
phone = "010-831 00 00"

[mailbox]
host = {host}
port = {imap_port}
tls = "starttls"
ca_file = {ca_file}
user = {user}
password = {password}
folder = "{folder}"

[post]
host = {host}
port = {smtp_port}
ca_file = {ca_file}

[trust]
authserv_id = "{receiver}"

[staff]
purchasers = ["{purchaser}"]
operations_managers = ["{manager}"]

[digest]
times = []
urgent_at_once = false
"""

PURCHASER, MANAGER = "eva.lind@regionvarmland.se", "asa.berg@regionvarmland.se"

CALENDAR = """\
office_hours: {måndag: &day "00.00-23.59", tisdag: *day, onsdag: *day, torsdag: *day, fredag: *day,
               lördag: *day, söndag: *day}
open_on_holidays: true
reminders: [{after_hours: 0.0003, to: owner}, {after_hours: 900, to: operations_manager}]
"""
"""An office that never closes and reminds after a second: nobody watches a demo for a working day."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site in a folder of its own."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        """The settings that every command here is given."""
        return self.folder / "settings.toml"

    @property
    def ledger_path(self) -> Path:
        """The SQLite file of the ledger."""
        return self.folder / "ledger.db"

    @property
    def heartbeat_path(self) -> Path:
        """The file in which the daemon tells how it is."""
        return self.folder / "heartbeat.json"

    def command(self, *arguments: str) -> list[str]:
        """Return the words that run the real command on this site."""
        return [*COMMAND, "--settings", str(self.settings_file), *arguments]

    def run(self, *arguments: str) -> str:
        """Return what the command prints; ReservpostError with its own line where it fails."""
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            self.command(*arguments), capture_output=True, text=True, env=_environment(), check=False
        )
        if done.returncode != 0:
            raise ReservpostError(
                f"`reservpost {' '.join(arguments)}`: {_last_line(done.stderr or done.stdout)}"
            )
        return done.stdout.rstrip()


@dataclass(frozen=True, slots=True)
class Daemon:
    """The running program."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def refuse_ended(self) -> None:
        """Raise ReservpostError with the program's last words where it has ended too early."""
        if self.process.poll() is not None:
            said = _last_line(self.log.read_text(encoding="utf-8"))
            raise ReservpostError(
                f"demonstrationens program slutade för tidigt (kod {self.process.returncode}): {said}"
            )

    def stop(self) -> int:
        """Send SIGTERM and return the exit code: 0, or -9 where it had to be killed."""
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def made_site(servers: Servers) -> Iterator[Site]:
    """Make a site that works with the embedded pair; it is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="reservpost-demo-") as name:
        site = Site(Path(name))
        values = {
            "state_folder": name,
            "rules_folder": str(_rules(site)),
            "desk": servers.desk,
            "host": servers.host,
            "ca_file": str(servers.ca_file),
            "user": servers.user,
            "password": servers.password,
        }
        # A JSON string is a TOML string too.
        texts = {key: json.dumps(value) for key, value in values.items()}
        ports = {"imap_port": servers.imap_port, "smtp_port": servers.smtp_port}
        plain = {"folder": FOLDER, "receiver": RECEIVER, "purchaser": PURCHASER, "manager": MANAGER}
        site.settings_file.write_text(SETTINGS.format(**plain, **texts, **ports), encoding="utf-8")
        _take_in_registers(Shelf(site.folder / "registers"))
        yield site


def _take_in_registers(shelf: Shelf) -> None:
    """Take in the sample registers that come with the rules; no other site gets them."""
    rules = load_registers(shipped_rules())
    for register in REGISTERS:
        sample = shipped_rules() / "registers" / f"{register}.csv"
        shelf.write(register, take_in(sample, register, (), rules).entries)


def _rules(site: Site) -> Path:
    """Return the program's rules with the demo's calendar in place of its own."""
    copy = site.folder / "rules-of-the-demo"
    shutil.copytree(shipped_rules(), copy)
    (copy / "calendar.yaml").write_text(CALENDAR, encoding="utf-8")
    return copy


@contextmanager
def running(site: Site) -> Iterator[Daemon]:
    """Run the daemon for the block; whatever ends the block, the daemon has ended after it."""
    log = site.folder / "daemon.log"
    with (
        log.open("wb") as told,
        subprocess.Popen(site.command("run"), stderr=told, env=_environment()) as process,  # noqa: S603
    ):
        daemon = Daemon(process, log)
        try:
            yield daemon
        finally:
            if process.poll() is None:
                daemon.stop()


def _environment() -> dict[str, str]:
    """Return our environment without what would go before the demo's own settings."""
    foreign = ("RESERVPOST_", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return kept | {"COLUMNS": str(COLUMNS)}


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("reservpost: ") if lines else "utan ett ord"
