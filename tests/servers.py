"""Real servers for the tests: Dovecot where Debian has it, the embedded pair elsewhere, and an SMTP sink.

Both mail servers show one face (`MailServer`), so that a test runs on either. The sink stands at the edge of
the process: it speaks real SMTP with STARTTLS and can be told to fail as servers do.
"""

import getpass
import grp
import imaplib
import itertools
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.demo.address import HOST, PASSWORD, Servers
from service.demo.certificate import Certificate, make_certificate
from service.demo.letters import Letter, sent_letters
from service.demo.servers import embedded_servers
from service.intake.mailbox import Account

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
HAS_DOVECOT = Path(DOVECOT).exists()
DOVECOT_CONFIG = Path(__file__).parent / "dovecot.conf"
START_SECONDS = 15.0


@dataclass(frozen=True)
class MailServer:
    """An IMAP server with one empty account, and the SMTP server beside it that takes the service's letters.

    `folder` is the service's own folder in the mailbox. `plain_port` is a listener without TLS, where there
    is one. `letters` gives what the SMTP server took over so far.
    """

    port: int
    tls: Literal["implicit", "starttls"]
    ca_file: Path
    user: str
    password: str
    smtp_port: int
    smtp_ca_file: Path
    letters: Callable[[], list[Letter]]
    host: str = HOST
    folder: str = "Reservpost"
    plain_port: int | None = None

    @property
    def account(self) -> Account:
        return Account(
            self.host, self.port, self.tls, self.user, self.password, folder=self.folder, ca_file=self.ca_file
        )

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A connection of the test's own, apart from the code under test."""
        trust = ssl.create_default_context(cafile=self.ca_file)
        client: imaplib.IMAP4
        if self.tls == "implicit":
            client = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=trust, timeout=20)
        else:
            client = imaplib.IMAP4(self.host, self.port, timeout=20)
            client.starttls(trust)
        try:
            client.login(self.user, self.password)
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()

    def deliver(self, *mails: bytes, at: datetime | None = None) -> None:
        """Put mails into the inbox as if they came at `at` (now unless given)."""
        moment = imaplib.Time2Internaldate(at or datetime.now(UTC))
        with self.client() as client:
            for raw in mails:
                status, _ = client.append("INBOX", "", moment, raw)
                assert status == "OK"

    def messages(self, folder: str) -> list[bytes]:
        """Return the raw mails of a folder, oldest first: "INBOX", or one of ours by its own name."""
        with self.client() as client:
            if client.select(_quoted(self._path(folder)), readonly=True)[0] != "OK":
                return []
            _, data = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [item[1] for item in data if isinstance(item, tuple)]

    def folders(self) -> dict[str, int]:
        """Return how many mails stand in the inbox and in each of our folders that is there."""
        with self.client() as client:
            paths = [_listed(line) for line in client.list()[1] if isinstance(line, bytes)]
            ours = [path for path in paths if path == "INBOX" or path.startswith(f"{self.folder}/")]
            return {path.removeprefix(f"{self.folder}/"): _size(client, path) for path in ours}

    def counts(self) -> dict[str, int]:
        """Return `folders` without the empty ones."""
        return {name: size for name, size in self.folders().items() if size}

    def _path(self, folder: str) -> str:
        return folder if folder == "INBOX" else f"{self.folder}/{folder}"


def _quoted(path: str) -> str:
    return f'"{path}"'


def _listed(line: bytes) -> str:
    """Return the path that a line of LIST names; the folders of the tests are ASCII, bare or quoted."""
    found = re.search(rb'"?([^"]+)"?$', line.partition(b") ")[2].split(b" ", 1)[1])
    assert found is not None
    return found[1].decode("ascii")


def _size(client: imaplib.IMAP4, path: str) -> int:
    _, told = client.status(_quoted(path), "(MESSAGES)")
    found = re.search(rb"MESSAGES (\d+)", told[0] or b"")
    assert found is not None
    return int(found[1])


# -- the embedded pair --------------------------------------------------------------------------------


@contextmanager
def embedded() -> Iterator[MailServer]:
    """Run the embedded pair, which the demo runs too; in it IMAP and SMTP are one server."""
    with embedded_servers() as servers:
        yield face(servers)


def face(servers: Servers) -> MailServer:
    """Show the embedded pair as the tests see a mail server."""
    return MailServer(
        port=servers.imap_port,
        tls="starttls",
        ca_file=servers.ca_file,
        user=servers.user,
        password=servers.password,
        smtp_port=servers.smtp_port,
        smtp_ca_file=servers.ca_file,
        letters=lambda: list(sent_letters(servers)),
    )


# -- Dovecot ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dovecot:
    """A Dovecot and its store: any user may sign in with the one password and finds an empty mailbox.

    It can be run several times, one after the other: ports and mails are the same each time.
    """

    port: int
    plain_port: int
    ca_file: Path
    log: Path
    command: tuple[str, ...]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the server for the length of the block."""
        process = subprocess.Popen(self.command, stderr=subprocess.PIPE)
        try:
            _wait_for(self, process)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=10)

    def account(self, sink: "Sink") -> MailServer:
        """Return a user that nobody has been yet, whose letters go through `sink`."""
        return MailServer(
            port=self.port,
            plain_port=self.plain_port,
            tls="implicit",
            ca_file=self.ca_file,
            user=f"desk{next(self.numbers)}",
            password=PASSWORD,
            smtp_port=sink.port,
            smtp_ca_file=sink.ca_file,
            letters=lambda: list(sink.letters),
        )


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run Debian's Dovecot with a store of its own."""
    with dovecot_store() as server, server.running():
        yield server


@contextmanager
def dovecot_store() -> Iterator[Dovecot]:
    """Give a Dovecot to run, all its state in a folder of its own: as nobody where we are root, else as us.

    The folder is not pytest's: nobody may not enter that one, and its paths are long for Unix sockets.
    """
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        folder, root = Path(name), os.getuid() == 0
        user = "nobody" if root else getpass.getuser()
        group = "nogroup" if root else grp.getgrgid(os.getgid()).gr_name
        certificate = make_certificate(folder)
        config = folder / "dovecot.conf"
        # Dies with us, even when we are killed.
        command = ["setpriv", "--pdeathsig", "TERM"]
        command += [f"--reuid={user}", f"--regid={group}", "--clear-groups"] if root else []
        command += [DOVECOT, "-F", "-c", str(config)]
        server = Dovecot(
            free_port(), free_port(), certificate.certificate_file, folder / "dovecot.log", tuple(command)
        )
        config.write_text(_dovecot_config(folder, user, group, server, certificate))
        if root:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, user, group)
        yield server


def _dovecot_config(folder: Path, user: str, group: str, server: Dovecot, certificate: Certificate) -> str:
    values: dict[str, object] = {
        "folder": folder,
        "host": HOST,
        "user": user,
        "group": group,
        "port": server.port,
        "plain_port": server.plain_port,
        "password": PASSWORD,
        "certificate_file": certificate.certificate_file,
        "key_file": certificate.key_file,
    }
    return Template(DOVECOT_CONFIG.read_text()).substitute(values)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, server.port), timeout=1):
            return
        time.sleep(0.02)
    process.kill()
    said = process.communicate()[1].decode()
    raise RuntimeError(
        f"Dovecot did not start: {said}{server.log.read_text() if server.log.exists() else ''}"
    )


# -- the SMTP sink ------------------------------------------------------------------------------------


@dataclass
class Sink:
    """An SMTP server that records what it accepts, and fails when it is told to.

    `answers` maps a recipient to the answer to its RCPT instead of 250 ("451 4.7.1 later", "550 5.1.1 no").
    `drop_after_data` is how many of the next mails are taken over, recorded, and then not answered: the
    connection breaks. `sessions` counts the sessions inside TLS.
    """

    port: int
    ca_file: Path
    letters: list[Letter] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    drop_after_data: int = 0
    sessions: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if session.ssl is not None:
            self.sessions += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        # aiosmtpd keeps the null sender of a bounce with its brackets.
        sender, raw = (envelope.mail_from or "").strip("<>"), envelope.original_content or b""
        self.letters.append(Letter(sender, tuple(envelope.rcpt_tos), raw))
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return "250 OK"


@contextmanager
def smtp_sink(folder: Path, *, starttls: bool = True, port: int = 0) -> Iterator[Sink]:
    """Run the sink in a thread; without `starttls` it offers no TLS, as a server should not.

    For a server that is down a while, leave the block and enter one with the same `port`.
    """
    folder.mkdir(exist_ok=True)
    certificate = make_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    sink = Sink(port or free_port(), certificate.certificate_file)
    options = {"tls_context": context, "require_starttls": True} if starttls else {}
    controller = Controller(sink, hostname=HOST, port=sink.port, enable_SMTPUTF8=True, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def show_log(log: Path, since: int) -> None:
    """Print what Dovecot logged after the first `since` bytes; pytest shows it where the test failed."""
    with log.open("rb") as told:
        told.seek(since)
        sys.stderr.write(told.read().decode(errors="replace"))
