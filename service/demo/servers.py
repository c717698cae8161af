"""A mail server for the demo and the tests: IMAP and SMTP on loopback, in a process of its own.

Both speak STARTTLS; SMTP demands it, IMAP does not, because pymap trusts a client on loopback without it.

Mail to the desk's address lands in its INBOX, and IDLE clients are told. Mail to anyone else, which is what
the service sends, lands in the folder of sent letters of the same account, where `letters` reads it back.
All of it is in memory and gone when the process ends.
"""

import asyncio
import importlib.util
import json
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.demo.address import DESK, HOST, PASSWORD, USER, Servers
from service.demo.certificate import Certificate, make_certificate
from service.demo.letters import SENT, note_envelope, with_trace
from service.errors import ReservpostError

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session
    from pymap.interfaces.login import IdentityInterface

START_SECONDS = 20.0
STOP_SECONDS = 2.0
MAIL_BYTES = 100_000_000
LINE_BYTES = 1_000_000
"""Mail in the wild holds lines far over the 998 bytes of RFC 5322; the mailbox must be able to hold them."""


@contextmanager
def embedded_servers() -> Iterator[Servers]:
    """Run the pair in a child process for the length of the block; the child also ends when its parent dies.

    Raises ReservpostError where the pair is not installed or does not start.
    """
    if not all(importlib.util.find_spec(name) for name in ("aiosmtpd", "pymap")):
        raise ReservpostError(
            "demonstrationens mailserver saknas; installera den med pip install 'reservpost[demo]'"
        )
    with tempfile.TemporaryDirectory(prefix="reservpost-") as folder:
        command = [sys.executable, "-m", "service.demo.servers", folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603
            try:
                ports = _ports(child)
                ca_file = Path(folder) / "certificate.pem"
                yield Servers(imap_port=ports["imap"], smtp_port=ports["smtp"], ca_file=ca_file)
            finally:
                _end(child)


def _ports(child: "subprocess.Popen[bytes]") -> dict[str, int]:
    """Wait until the child says where it listens."""
    too_late = threading.Timer(START_SECONDS, child.kill)
    too_late.start()
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
    finally:
        too_late.cancel()
    if not line:
        raise ReservpostError("demonstrationens mailserver startade inte; skälet står ovanför")
    ports: dict[str, int] = json.loads(line)
    return ports


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


async def _serve(folder: Path) -> None:
    """Serve until standard input ends: the parent holds its other end, so it ends when the parent dies."""
    certificate = make_certificate(folder)
    async with AsyncExitStack() as stack:
        imap, delivery = await _imap(stack, certificate)
        smtp = await _smtp(delivery, certificate)
        print(json.dumps({"imap": _port(imap), "smtp": _port(smtp)}), flush=True)
        await asyncio.to_thread(sys.stdin.buffer.read)
    # The parent was killed, or it would have ended us: nobody else is left to clear up.
    shutil.rmtree(folder, ignore_errors=True)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _imap(stack: AsyncExitStack, certificate: Certificate) -> "tuple[asyncio.Server, _Delivery]":
    """Start the IMAP server with one account and return it with the way into its folders."""
    from proxyprotocol.reader import ProxyProtocolReader
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPServer
    from pysasl.creds.plain import PlainCredentials

    arguments = Namespace(
        debug=False,
        host=HOST,
        port=0,
        cert=str(certificate.certificate_file),
        key=str(certificate.key_file),
        tls=True,
        proxy_protocol=None,
        inherited_sockets=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )
    backend, config = await DictBackend.init(arguments)
    config.apply_context()
    await backend.start(stack)
    # Signed in once: each password check takes a tenth of a second.
    identity = await backend.login.authenticate(PlainCredentials(USER, PASSWORD))
    async with identity.new_session() as session:
        await session.create_mailbox(SENT)
    # pymap's own service does not tell which port it got, so its server is started here.
    sessions = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(sessions, HOST, 0), _Delivery(identity)


async def _smtp(delivery: "_Delivery", certificate: Certificate) -> asyncio.Server:
    from aiosmtpd.smtp import SMTP

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)

    SMTP.line_length_limit = LINE_BYTES

    def session() -> SMTP:
        return SMTP(
            delivery,
            hostname="localhost",
            tls_context=context,
            require_starttls=True,
            enable_SMTPUTF8=True,
            data_size_limit=MAIL_BYTES,
        )

    return await asyncio.get_running_loop().create_server(session, HOST, 0)


class _Delivery:
    """aiosmtpd's handler: puts each mail into the folder of its recipients."""

    def __init__(self, identity: "IdentityInterface") -> None:
        self._identity = identity

    async def handle_DATA(self, _server: "SMTP", _session: "Session", envelope: "Envelope") -> str:  # noqa: N802
        """Store the mail; the answer 250 is given once it can be read back."""
        # aiosmtpd keeps the null sender of a bounce with its brackets.
        raw, sender = envelope.original_content, envelope.mail_from.strip("<>")
        others = [address for address in envelope.rcpt_tos if address.lower() != DESK]
        if len(others) < len(envelope.rcpt_tos):
            await self._append("INBOX", with_trace(raw, sender))
        if others:
            await self._append(SENT, note_envelope(raw, sender, others))
        return "250 2.0.0 stored"

    async def _append(self, folder: str, raw: bytes) -> None:
        from pymap.parsing.message import AppendMessage
        from pymap.parsing.specials import ExtensionOptions

        mail = AppendMessage(raw, datetime.now(UTC), frozenset(), ExtensionOptions.empty())
        async with self._identity.new_session() as session:
            await session.append_messages(folder, [mail])


if __name__ == "__main__":
    # A terminal sends Ctrl-C to the whole group; the parent must be able to finish with a server that lives.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(Path(sys.argv[1])))
