"""t-17: the mail server itself is away for two hours of the outage, and some letters are not taken."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.errors import LedgerError
from service.heartbeat import Heartbeat
from service.intake.census import Strangers, Watch
from service.intake.mailbox import Mailbox
from service.ledger.engine import reading
from service.ledger.windows import unfinished
from service.letters import outbox
from service.reading.sandbox import Sandbox
from service.rules.duties import Source
from service.values import Kind
from tests import made, servers
from tests.command import reservpost
from tests.made import Made
from tests.office import PURCHASERS
from tests.outage import desk_work
from tests.outage.story import Story, story, to
from tests.servers import Dovecot, dovecot_store, smtp_sink

pytestmark = pytest.mark.skipif(not servers.HAS_DOVECOT, reason="needs Dovecot; CI has it")
ANSWERED = ("busy", "calm", "last", "late0", "late1", "late2", "aside")
GONE, BUSY, CALM, ASIDE = (made.order(f"t17-{name}") for name in ("gone", "busy", "calm", "aside"))


@pytest.fixture
def store() -> Iterator[Dovecot]:
    """A mail server of our own, to stop and start."""
    with dovecot_store() as server:
        yield server


def came(desk: Story) -> list[tuple[str, str]]:
    """Recipient and subject of every letter that a mail server ever took."""
    each = [message_from_bytes(letter.raw, policy=policy.default) for letter in desk.server.letters()]
    return [(str(letter["To"]), str(letter["Subject"])) for letter in each]


def unseen(desk: Story) -> Strangers:
    """What the count tells: mails that lie unworked, or in our folders unknown to the journal."""
    with Mailbox(desk.server.account, desk.settings.limits.mail_bytes) as mailbox:
        with reading(desk.ledger) as session:
            windows = unfinished(session)
        return Watch().strangers(mailbox, desk.ledger, windows, desk.clock)


def addressed(letters: list[EmailMessage]) -> list[str]:
    return sorted(letter["To"] for letter in letters)


def test_two_hours_without_mail_lose_nothing_and_double_nothing(
    store: Dovecot, tmp_path: Path, children: Sandbox
) -> None:
    with smtp_sink(tmp_path / "sink") as sink:
        server = store.account(sink)
        with store.running(), story(tmp_path, server, children) as desk:
            desk.at("2026-03-02 08:00")
            outage = desk_work.declare(desk, "sesam2")
            sink.answers |= {GONE.sender: "550 5.1.1 no such user", BUSY.sender: "451 4.7.1 later"}
            for mail in (GONE, BUSY, CALM):
                desk.comes(mail.raw)
            assert addressed(desk.turn()) == [CALM.sender]
            # It lies in the inbox when the server goes.
            last = made.order("t17-last")
            desk.comes(last.raw)
    with story(tmp_path, server, children) as desk:
        desk.at("2026-03-02 09:00")
        desk.read = len(sink.letters)
        assert desk.turn(away=True) == []
        assert f"127.0.0.1:{server.port}" in desk.mailbox_says
        urgent = desk_work.add(desk, Kind.FACILITY_ORDER, Source.PHONE, facility="Annagården", urgent=True)
        for _ in range(4):
            assert desk.turn(30, away=True) == []
        assert desk.post.trouble == "connect"
        with reading(desk.ledger) as session:
            waiting = {letter.recipient for letter in outbox.listing(session, "queued")}
        assert waiting == {BUSY.sender, *PURCHASERS}
    with store.running(), smtp_sink(tmp_path / "sink", port=sink.port) as later:
        server = replace(server, letters=lambda: [*sink.letters, *later.letters])
        with story(tmp_path, server, children) as desk:
            desk.at("2026-03-02 11:00")
            desk.read = len(sink.letters)
            meanwhile = [made.order(f"t17-late{number}") for number in range(3)]
            for mail in meanwhile:
                desk.comes(mail.raw)
            # A mail that a rule in somebody's Outlook put away past the program.
            desk.comes(ASIDE.raw)
            move(desk, ASIDE, "INBOX", "Reservpost/Mottagna")
            desk.at("2026-03-02 11:30")
            assert (unseen(desk).waiting, unseen(desk).unknown) == (1 + len(meanwhile), 1)
            letters = desk.turn()
            assert addressed(letters) == sorted(
                [BUSY.sender, last.sender, *(mail.sender for mail in meanwhile), *PURCHASERS]
            )
            assert "BRÅDSKAR" in to(letters, PURCHASERS[0])[0]["Subject"]
            assert (unseen(desk).waiting, unseen(desk).unknown) == (0, 1)
            everything_is_told(desk, outage, urgent.number, tmp_path)


def move(desk: Story, mail: Made, source: str, target: str) -> None:
    """Move a mail from one folder to another as a person does."""
    with desk.server.client() as client:
        client.select(f'"{source}"')
        (uid,) = client.uid("SEARCH", "FROM", mail.sender)[1]
        client.uid("MOVE", uid.decode(), f'"{target}"')


def status(desk: Story, folder: Path) -> str:
    """What `status` says while the daemon tells it of the count."""
    beat = Heartbeat(strangers=unseen(desk).total)
    beat.write(desk.settings.heartbeat_path, datetime.now(UTC))
    return reservpost("--settings", str(folder / "settings.toml"), "status").out


def everything_is_told(desk: Story, outage: int, urgent: str, folder: Path) -> None:
    """The books of the day: each mail one row, each letter once, and the dead one named to everyone."""
    desk.at("2026-03-02 12:30")
    desk.end()
    desk.turn()
    refused = "1 mail som journalen inte känner .Reservpost/Mottagna."
    with pytest.raises(LedgerError, match=refused):
        desk_work.close(desk, outage)
    assert "Räkning:    FEL: 1 mail i brevlådan" in status(desk, folder)
    move(desk, ASIDE, "Reservpost/Mottagna", "INBOX")
    desk.turn()
    assert unseen(desk).total == 0
    assert desk.server.counts() == {"Mottagna": len(ANSWERED) + 1}
    assert desk_work.numbers(desk) == [f"RP-2026-{at:06d}" for at in range(1, len(ANSWERED) + 3)]
    assert urgent == "RP-2026-000004"
    answers = Counter(each for each in came(desk) if each[1].startswith("Mottagen"))
    assert set(answers.values()) == {1}
    assert {address for address, _ in answers} == {made.order(f"t17-{name}").sender for name in ANSWERED}

    assert "Döda brev:  1 gick inte att skicka" in status(desk, folder)
    assert "Räkning" not in status(desk, folder)
    desk_work.register(desk, *desk_work.numbers(desk))
    desk.turn()
    named = f"brev 1 till {GONE.sender}"
    with pytest.raises(LedgerError, match=f"gick inte att skicka: .*{named}"):
        desk_work.close(desk, outage)
    desk_work.close(desk, outage, dead_told=True)
    troubles = " ".join(desk_work.told(desk, outage).troubles)
    assert f"Gick inte att skicka: {named}" in troubles
    # That one waited is told also when it has come.
    assert "1 brev gick först efter flera försök, det sista efter 3 h" in troubles
