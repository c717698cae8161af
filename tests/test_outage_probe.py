"""The probe: real addresses that answer, fail, hang and come back, and what is proposed of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from service.outage import declared, systems
from service.outage.probe import Plan, Probe, Streak, answers
from tests.office import MANAGER, OFFICE, desk_session, letters, swedish

START = swedish("2026-03-02 08:00")
MINUTE = timedelta(minutes=1)


class Portal(BaseHTTPRequestHandler):
    """Answers with the status that the test has set."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def portal() -> Iterator[str]:
    Portal.status = 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/inloggning?x=1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "up"), [(200, True), (302, True), (401, True), (404, True), (500, False), (503, False)]
)
def test_a_system_is_up_when_it_answers_with_no_fault_of_its_own(status: int, up: bool) -> None:
    with portal() as address:
        Portal.status = status
        assert answers(address, 2) is up


def test_nobody_there_silence_and_nonsense_are_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert not answers(address, 0.1)
        assert not answers(address.replace("http:", "https:"), 0.1)
    assert not answers(address, 0.1)
    assert not answers("http://finns.inte.invalid/", 0.5)


def probe(address: str, *, declares: bool = False) -> Probe:
    return Probe(Plan({"sesam2": address}, 1, failures=3, successes=2, declares=declares), OFFICE)


def asked(session: Session, asking: Probe, *statuses: int, begin: int = 0) -> list[str]:
    """Ask once a minute with these answers; return the subjects of what was written."""
    before = len(letters(session, "proposal"))
    for minute, status in enumerate(statuses, start=begin):
        Portal.status = status
        asking.ask(START + minute * MINUTE)
        asking.tell(session, START + minute * MINUTE)
    return [letter.subject for letter in letters(session, "proposal")[before:]]


def test_an_outage_and_its_end_are_proposed_once_each_and_never_declared() -> None:
    with portal() as address, desk_session() as session:
        asking = probe(address)
        assert asked(session, asking, 200, 503, 503, 200, 503, 503) == []
        assert asked(session, asking, 503, 503, 503, begin=6) == ["Sesam 2 verkar ligga nere"]
        assert declared.current(session) is None
        (letter,) = letters(session, "proposal")
        assert letter.recipient == MANAGER
        assert '--system sesam2 --since "2026-03-02 08:04"' in letter.text.replace("\n", " ")
        declared.start(session, ["sesam2"], START, "Åsa", START + 10 * MINUTE)
        assert asked(session, asking, 503, 503, 200, begin=11) == []
        assert asked(session, asking, 200, 200, begin=14) == ["Sesam 2 verkar fungera igen"]
        assert systems.down_now(session) == {"sesam2"}
        assert "reservpost outage up sesam2" in letters(session, "proposal")[-1].text


def test_a_daemon_that_starts_anew_does_not_tell_of_the_same_silence_again() -> None:
    with portal() as address, desk_session() as session:
        assert asked(session, probe(address), 503, 503, 503, 503) == ["Sesam 2 verkar ligga nere"]
        again = probe(address)
        assert asked(session, again, 503, 503, 503, 503, begin=5) == []
        # It came back, nobody had declared anything, and is silent once more.
        assert asked(session, again, 200, 200, begin=10) == []
        assert asked(session, probe(address), 503, 503, 503, begin=20) == ["Sesam 2 verkar ligga nere"]
        declared.start(session, ["sesam2"], START, "Åsa", START + 25 * MINUTE)
        assert asked(session, probe(address), 200, 200, begin=30) == ["Sesam 2 verkar fungera igen"]
        assert asked(session, probe(address), 200, 200, 200, begin=40) == []


def test_a_system_that_answers_on_into_a_stop_is_not_told_to_be_back_until_it_was_silent() -> None:
    with portal() as address, desk_session() as session:
        asking = probe(address, declares=True)
        assert asked(session, asking, 200, 200) == []
        declared.start(session, ["sesam2"], START + 3 * MINUTE, "Åsa", START + 3 * MINUTE, planned=True)
        assert asked(session, asking, 200, 200, 200, begin=4) == []
        assert asked(session, probe(address, declares=True), 200, 200, begin=8) == []
        assert declared.current(session) is not None
        assert asked(session, asking, 503, 503, 503, 200, 200, begin=10) == ["Sesam 2 verkar fungera igen"]
        assert declared.current(session) is None


def test_it_declares_after_an_outage_that_ended_while_it_was_silent() -> None:
    with portal() as address, desk_session() as session:
        asking = probe(address, declares=True)
        asked(session, asking, 503)
        declared.start(session, ["websesam"], START, "Åsa", START + MINUTE)
        declared.end(session, START + MINUTE, "Åsa", START + MINUTE)
        assert asked(session, asking, 503, 503, begin=2) == ["Sesam 2 verkar ligga nere"]
        assert declared.running(session).started_at == START + MINUTE


def test_it_declares_and_ends_where_it_may() -> None:
    with portal() as address, desk_session() as session:
        asking = probe(address, declares=True)
        asked(session, asking, 500, 500, 500, 500)
        outage = declared.current(session)
        assert outage is not None
        assert (outage.started_at, outage.declared_by) == (START, "systemkontrollen")
        assert asked(session, asking, 200, 200, 200, begin=5) == ["Sesam 2 verkar fungera igen"]
        assert declared.current(session) is None
        assert "automatiskt" in letters(session, "proposal")[0].text


def test_it_never_ends_an_outage_that_goes_on_elsewhere() -> None:
    with portal() as address, desk_session() as session:
        declared.start(session, ["sesam2", "websesam"], START, "Åsa", START)
        asked(session, probe(address, declares=True), 200, 200, 200, begin=1)
        assert systems.down_now(session) == {"websesam"}
        assert declared.current(session) is not None


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_streak_is_the_run_of_equal_answers_at_the_end(told: list[bool]) -> None:
    streak = Streak(told[0], 1, START)
    for minute, up in enumerate(told[1:], start=1):
        streak = streak.then(up, START + minute * MINUTE)
    run = next((n for n, up in enumerate(reversed(told)) if up != told[-1]), len(told))
    assert streak == Streak(told[-1], run, START + (len(told) - run) * MINUTE)
