"""The demo as a visitor runs it, and the sum that must be able to fail."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.demo.folders import INBOX
from service.demo.follow import follow
from service.demo.play import CAPTIONS, demo_mails, send
from service.demo.servers import embedded_servers
from service.demo.site import made_site, running
from service.demo.tally import Tally, count, discrepancies, refuse_wrong
from service.errors import ReservpostError
from service.ledger.engine import open_ledger
from service.ledger.tables import LetterRow, MessageRow, OrderRow
from service.values import Decision
from service.wording import DECISIONS

ROOT = Path(__file__).parent.parent
MAILS = ROOT / "tests" / "mails"
DEMO = [sys.executable, "-c", "from service.cli.app import main; main()", "demo"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHANGING = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\b\d\d[:.]\d\d\b|RP-\d{4}|[0-9a-f]{64}|\d+ sekunder")


def environment(**more: str) -> dict[str, str]:
    foreign = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE")
    return {key: value for key, value in os.environ.items() if key not in foreign} | more


@pytest.fixture(scope="module")
def piped() -> str:
    done = subprocess.run(DEMO, capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_piped_demo_is_plain_lines_of_at_most_80_columns(piped: str) -> None:
    assert [line for line in piped.splitlines() if len(line) > 80] == []
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", piped) == []
    assert [line for line in piped.splitlines() if line != line.rstrip()] == []


def test_the_demo_shows_each_mail_with_its_caption_and_every_decision(piped: str) -> None:
    words = "|".join(DECISIONS.values())
    shown = re.findall(rf"(?m)^ ?(\d+) ({words}) +(\S.*)$", piped)
    assert [int(number) for number, _, _ in shown] == list(range(1, len(CAPTIONS) + 1))
    assert len(shown) >= 25
    assert {word for _, word, _ in shown} == set(DECISIONS.values()) - {DECISIONS[Decision.REPLY]}
    assert [caption for _, _, caption in shown] == [caption for _, caption in CAPTIONS]


def test_the_demo_shows_one_letter_of_each_sort_the_ledger_and_the_sum(piped: str) -> None:
    subjects = re.findall(r"(?m)^│ Ämne: (.*)$", piped)
    assert len(subjects) == len(set(subjects)) == 6
    assert re.search(r"(?m)^│ - \d+ st, artikel \d+", piped)
    assert "$ reservpost ledger list" in piped
    assert re.search(r"(?m)^ *Reservpost/Till granskning +\d+$", piped)
    assert "Kedjan håller" in piped
    assert f"{len(CAPTIONS) + 1} mail spelades" in piped


def test_the_demo_ends_with_all_registered_and_the_outage_closed(piped: str) -> None:
    told = piped[piped.index("── Sesam fungerar igen") :]
    for said in (
        r"│ Ämne: Sesam 2, webSesam och Visma webSesam fungerar igen\n",
        r"│ Ämne: Påminnelse: \d+ att registrera\n│\n(│.*\n)+",
        r"│ Ämne: Kvitto: 3 avbockade, 1 att se över\n",
        r"│ - RP-\d+-000003: makulerad, skäl: dubblett\n",
        r"\d+ beställningar i utdraget, \d+ avbockade\.",
        r"Driftstopp 1 är stängt: summan går ihop\n",
        r"rapport\.html och rapport\.pdf: rapporten\n",
    ):
        assert re.search(said, told), said


def test_a_terminal_of_80_columns_gets_the_same_lines_in_colour(piped: str) -> None:
    shown = in_terminal(80)
    plain = COLOUR.sub("", shown)
    assert plain != shown
    assert "\x1b" not in plain
    assert comparable(plain) == comparable(piped)


def in_terminal(columns: int) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = environment(TERM="xterm-256color")
    with subprocess.Popen(DEMO, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read_terminal(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def read_terminal(end: int) -> bytes:
    """Return what is there; Linux says EIO where the other end has closed."""
    try:
        return os.read(end, 65_536)
    except OSError:
        return b""


def comparable(text: str) -> list[str]:
    return CHANGING.sub("#", text).splitlines()


def test_what_the_readme_shows_is_what_the_demo_says(piped: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"(?s)## A look.*?```text\n(.*?)```", readme)
    assert shown
    # Numbers aside: the rules may come to read one mail more.
    said = {re.sub(r"\d+", "#", line) for line in comparable(piped)}
    lines = [re.sub(r"\d+", "#", line) for line in comparable(shown[1])]
    assert [line for line in lines if line not in said and line.strip() != "…"] == []


def test_ctrl_c_ends_it_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    env = environment(TMPDIR=str(tmp_path))
    with subprocess.Popen(
        DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    ) as process:
        assert process.stdout is not None
        first = next(line for line in process.stdout if re.match(r" 1 ", line))
        children = descendants(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert first
    assert len(children) >= 4  # the mail server, the daemon and the two that judge
    assert (process.returncode, said) == (130, "reservpost: demonstrationen avbröts; inget av den är kvar\n")
    assert list(tmp_path.iterdir()) == []
    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def descendants(pid: int) -> list[int]:
    """Every process that this one started, and those that they started, from whichever thread."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            children += map(int, task.read_text().split())
    return [found for child in children for found in (child, *descendants(child))]


def wait_until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


# -- the sum ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def right() -> Tally:
    """What is counted after the real program has worked one mail of each decision, and one more."""
    wanted = {"001-lagerflytt-arvika-iphone", "002-autosvar-franvaro", "005-akut-sang-amnesrad"}
    wanted |= {"009-sang-gar-inte-upp", "020-fylla-pa-arvika-sjukhus"}
    mails = tuple(mail for mail in demo_mails(MAILS) if mail.name in wanted)
    with embedded_servers() as servers, made_site(servers) as site:
        site.run("outage", "start", "--since", (datetime.now(UTC) - timedelta(hours=1)).isoformat())
        ledger = open_ledger(site.ledger_path)
        with running(site) as daemon:
            send(servers, mails)
            list(follow(ledger, len(mails), daemon.refuse_ended))
            exit_code = daemon.stop()
        return count(servers, ledger, mails, exit_code)


def test_a_right_sum_has_nothing_to_say(right: Tally) -> None:
    assert discrepancies(right) == []
    assert len(right.played) == len(right.mails) == 5
    assert {row.decision for row in right.mails} == {"accepted", "flagged", "rejected", "ignored"}
    assert len(right.letters) == 4


def of(tally: Tally, decision: str) -> MessageRow:
    return next(row for row in tally.mails if row.decision == decision)


def refiled(tally: Tally, *additions: tuple[str, str], taken: str = "") -> Tally:
    """The digest `taken` is gone from every folder, and each (folder, digest) of `additions` has come."""
    kept = {path: tuple(d for d in digests if d != taken) for path, digests in tally.folders.items()}
    for path, digest in additions:
        kept[path] = (*kept[path], digest)
    return replace(tally, folders=kept)


def undecided(tally: Tally) -> Tally:
    rows = [row.model_dump() for row in tally.mails]
    return replace(tally, mails=tuple(MessageRow(**(row | {"decision": None})) for row in rows))


def booked_for_the_rejected(tally: Tally) -> Tally:
    order = OrderRow(**(tally.orders[0].model_dump() | {"message_id": of(tally, "rejected").id}))
    return replace(tally, orders=(*tally.orders, order))


def written_to_the_ignored(tally: Tally) -> Tally:
    first, *others = tally.letters
    letter = LetterRow(**(first.model_dump() | {"message_id": of(tally, "ignored").id}))
    return replace(tally, letters=(letter, *others))


Case = tuple[Callable[[Tally], Tally], str]
WRONG: dict[str, Case] = {
    "a mail is lost": (lambda t: replace(t, mails=t.mails[1:]), "spelade mail utan just ett beslut: 1"),
    "a mail is decided twice": (
        lambda t: replace(t, mails=(*t.mails, t.mails[0])),
        "spelade mail utan just ett beslut: 1",
    ),
    "no mail is decided": (undecided, "spelade mail utan just ett beslut: 5"),
    "a mail came from nowhere": (
        lambda t: replace(t, played=t.played[1:]),
        "mail i journalen som inte är spelade: 1",
    ),
    "a mail left the mailbox": (
        lambda t: refiled(t, taken=t.played[0]),
        "spelade mail som inte ligger i just en mapp: 1",
    ),
    "a mail stayed in the inbox too": (
        lambda t: refiled(t, (INBOX, t.played[0])),
        "spelade mail som inte ligger i just en mapp: 1",
    ),
    "a mail is filed wrongly": (
        lambda t: refiled(t, (INBOX, t.played[0]), taken=t.played[0]),
        "mail i en annan mapp än beslutets: 1",
    ),
    "an accepted mail has no order": (
        lambda t: replace(t, orders=t.orders[1:]),
        "mottagna mail utan beställning: 1",
    ),
    "a rejected mail has one": (booked_for_the_rejected, "mail med beställning utan att vara mottagna: 1"),
    "a sender got no letter": (lambda t: replace(t, letters=t.letters[1:]), "mail med fel antal brev: 1"),
    "an automatic mail got one": (written_to_the_ignored, "mail med fel antal brev: 2"),
    "a letter was sent twice": (
        lambda t: replace(t, sent=(*t.sent, t.sent[0])),
        "brev som inte är skickade just en gång: 1",
    ),
    "a letter was not sent": (
        lambda t: replace(t, sent=t.sent[1:]),
        "brev som inte är skickade just en gång: 1",
    ),
    "a letter is unknown": (
        lambda t: replace(t, sent=(*t.sent, "<okänt@x>")),
        "skickade brev som liggaren inte känner: 1",
    ),
    "the chain is broken": (
        lambda t: replace(t, chain=replace(t.chain, broken_at=3)),
        "första länken i kedjan som inte håller: 3",
    ),
    "the chain is short": (
        lambda t: replace(t, chain=replace(t.chain, links=9)),
        "länkar som saknas i kedjan: 1",
    ),
    "the program had to be killed": (
        lambda t: replace(t, exit_code=-9),
        "programmets slutkod efter SIGTERM, som ska vara 0: -9",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_sum_says_what_is_wrong(right: Tally, wrong: str) -> None:
    spoil, expected = WRONG[wrong]
    spoilt = spoil(right)
    assert expected in discrepancies(spoilt)
    with pytest.raises(ReservpostError, match=re.escape(expected)) as told:
        refuse_wrong(spoilt)
    assert "\n" not in str(told.value)


def test_a_daemon_that_ends_too_early_is_told_with_its_own_words() -> None:
    with embedded_servers() as servers, made_site(servers) as site:
        site.settings_file.write_text("", encoding="utf-8")
        with running(site) as daemon:
            daemon.process.wait(20)
            with pytest.raises(ReservpostError, match=r"settings\.toml: .*saknas") as told:
                daemon.refuse_ended()
    assert "\n" not in str(told.value)
