"""Fixtures: the real servers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers

KINDS = ["embedded", "dovecot"] if servers.HAS_DOVECOT else ["embedded"]


def pytest_configure() -> None:
    if os.environ.get("CI") and not servers.HAS_DOVECOT:
        raise pytest.UsageError("in CI the tests need Dovecot: apt-get install dovecot-imapd dovecot-lmtpd")


@pytest.fixture(scope="session")
def running_dovecot() -> Iterator[servers.Dovecot]:
    """One Dovecot for all tests: it takes a second to stop."""
    with servers.dovecot() as running:
        yield running


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[servers.Sink]:
    """An SMTP server that records letters and can be told to fail."""
    with servers.smtp_sink(tmp_path / "sink") as running:
        yield running


@pytest.fixture
def embedded() -> Iterator[servers.MailServer]:
    """The embedded pair, empty."""
    with servers.embedded() as server:
        yield server


@pytest.fixture
def dovecot(running_dovecot: servers.Dovecot, sink: servers.Sink) -> Iterator[servers.MailServer]:
    """An empty account on Dovecot, with the sink to take its letters."""
    seen = running_dovecot.log.stat().st_size
    yield running_dovecot.account(sink)
    servers.show_log(running_dovecot.log, seen)


@pytest.fixture(params=KINDS)
def mail_server(request: pytest.FixtureRequest) -> servers.MailServer:
    """Each mail server that this machine has, with an empty account."""
    server: servers.MailServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def best_server(request: pytest.FixtureRequest) -> servers.MailServer:
    """Dovecot where it is installed, as in CI; the embedded one elsewhere."""
    server: servers.MailServer = request.getfixturevalue(KINDS[-1])
    return server
