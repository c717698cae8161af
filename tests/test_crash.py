"""The daemon is killed with -9 at every step; the next one finishes, and nothing is lost or doubled."""

import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from tests import kill_at, made
from tests.servers import MailServer
from tests.service import Service, assert_whole, until

STEPS = [
    ("received", 1),
    ("judged", 3),
    ("recorded", 3),
    ("all recorded", 1),
    ("move sent", 1),
    ("one folder moved", 1),
    ("moved", 2),
    ("claimed", 1),
    ("sent", 1),
    ("settled", 2),
]
"""Each step, and the how manieth time it is reached that kills."""

ONE_CHILD = {"workers": 1}


def kill(service: Service, step: str, nth: int) -> None:
    """Run the daemon until it dies at the step; it must come so far."""
    process = service.start(_aimed(step, nth))
    try:
        assert process.wait(60) == -signal.SIGKILL, service.log.read_text()
    finally:
        process.kill()
        process.wait()


def _aimed(step: str, nth: int) -> tuple[str, ...]:
    # -P, because this folder has a module `service` too.
    return (sys.executable, "-P", kill_at.__file__, step, str(nth))


def test_every_step_of_the_launcher_is_tried() -> None:
    assert {step for step, _ in STEPS} == set(kill_at.STEPS)


def test_kills_at_every_step_lose_and_double_nothing(best_server: MailServer, tmp_path: Path) -> None:
    """Each daemon finishes what the one before left, until it is killed a step further on."""
    service = Service(tmp_path, best_server, limits=ONE_CHILD)
    mails: list[made.Made] = []
    for step, nth in STEPS:
        fresh = made.one_of_each(step.replace(" ", "-"))
        best_server.deliver(*(mail.raw for mail in fresh))
        mails += fresh
        kill(service, step, nth)
    service.finish(len(mails))
    assert_whole(service, mails, repeats=True)
    # The kill between the server's 250 and its note repeats a letter; others may hit the post on its way too.
    times = Counter(letter.message_id for letter in best_server.letters())
    assert max(times.values()) >= 2


def test_kills_at_random_moments_lose_and_double_nothing(best_server: MailServer, tmp_path: Path) -> None:
    chance = random.Random(20260305)
    service = Service(tmp_path, best_server, limits=ONE_CHILD)
    mails: list[made.Made] = []
    for number in range(20):
        fresh = chance.sample(made.one_of_each(f"k{number}"), 2)
        best_server.deliver(*(mail.raw for mail in fresh))
        mails += fresh
        _kill_some_time_after(service, chance.choice(["started", "decided"]), chance.uniform(0, 0.8))
    service.finish(len(mails))
    assert_whole(service, mails, repeats=True)


def _kill_some_time_after(service: Service, event: str, seconds: float) -> None:
    already = service.events(event)
    process = service.start(_aimed("received", 1_000))
    try:
        until(lambda: service.events(event) > already)
        time.sleep(seconds)
    finally:
        process.kill()
        process.wait()


def test_mails_that_get_new_uids_are_the_same_mails(best_server: MailServer, tmp_path: Path) -> None:
    """The watched folder is made anew while nobody looks: its UIDVALIDITY and all UIDs are others."""
    mails = made.one_of_each("u")
    service = Service(tmp_path, best_server, mailbox={"inbox": "Inkorg"}, limits=ONE_CHILD)
    before = _fill(best_server, [mail.raw for mail in mails])
    kill(service, "all recorded", 1)
    with best_server.client() as client:
        client.delete("Inkorg")
    assert _fill(best_server, [mail.raw for mail in reversed(mails)]) != before
    service.finish(len(mails))
    assert_whole(service, mails)
    with best_server.client() as client:
        assert client.select("Inkorg")[1] == [b"0"]


def test_a_mail_that_somebody_takes_away_before_it_is_judged_is_asked_for(
    best_server: MailServer, tmp_path: Path
) -> None:
    mails = made.one_of_each("v")
    service = Service(tmp_path, best_server, limits=ONE_CHILD)
    best_server.deliver(*(mail.raw for mail in mails))
    kill(service, "received", 1)
    with best_server.client() as client:
        client.create("Annat")
        client.select("INBOX")
        client.uid("MOVE", client.uid("SEARCH", "ALL")[1][0].split()[0].decode(), "Annat")
    service.finish(len(mails))
    assert [why for (why,) in service.rows("SELECT reasons FROM message") if "vanished" in why]
    assert [row for row in service.ask("review", "list") if "flyttades ur brevlådan" in row["why"]]


def _fill(server: MailServer, mails: list[bytes]) -> bytes:
    """Make the folder Inkorg with these mails; return its UIDVALIDITY as the server tells it."""
    with server.client() as client:
        client.create("Inkorg")
        for raw in mails:
            client.append("Inkorg", "", "", raw)
        told: bytes = client.status("Inkorg", "(UIDVALIDITY)")[1][0]
    return told
