"""The command run in this process, and a ledger with something of everything for it to show."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.cli.app import main
from service.ledger import journal
from service.ledger.engine import open_ledger, writing
from service.letters import outbox
from service.letters.compose import Letter
from service.letters.outcome import Refused, Sent
from service.outage import declared
from service.values import Certainty, Decision, Judgement, Kind, Order, OrderLine, Reason

SENDER = "margareta.lindqvist-svensson@regionvarmland.se"
BEGAN = datetime(2026, 3, 5, 8, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
HOSTILE = "Duschpall\x1b]0;ny titel\x07\x1b[2J\u202e"
"""A description that would steer a terminal."""

SETTINGS = """\
state_folder = "{state}"
[desk]
address = "desk@regionvarmland.se"
phone = "010-831 00 00"
[mailbox]
host = "localhost"
port = 1
user = "desk"
password = "hemligt"
[post]
host = "localhost"
port = 1
"""


@dataclass(frozen=True)
class Ran:
    """How one command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line that a fault is; an assertion where it is not one."""
        assert self.code != 0
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err.rstrip("\n")

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


def reservpost(*words: str) -> Ran:
    """Run the command to its end in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Desk:
    """A site with a state folder of its own."""

    settings: Path
    state: Path

    def __call__(self, *words: str) -> Ran:
        return reservpost("--settings", str(self.settings), *words)


def made_desk(folder: Path) -> Desk:
    """Make a site whose mail servers are down and whose ledger is not yet there."""
    settings, state = folder / "settings.toml", folder / "state"
    settings.write_text(SETTINGS.format(state=state), encoding="utf-8")
    return Desk(settings, state)


def fill(desk: Desk) -> None:
    """Write an outage, six mails, two orders and three letters, by the functions that the service uses."""
    ledger = open_ledger(desk.state / "ledger.db")
    with writing(ledger) as session:
        declared.start(session, ["sesam2"], BEGAN, "Driftsledare Åsa", NOW, note="Fel i nätet i Karlstad")
        for uid, judgement in enumerate(_judgements(), start=1):
            digest = f"{uid:064x}"
            journal.receive(session, [journal.Arrival(1, uid, digest, NOW)], NOW)
            if judgement:
                journal.record(session, uid, judgement, NOW)
        for number in range(3):
            letter = Letter("accepted", SENDER, "Mottagen beställning", "Hej!\n\nTack.\n", "<p>Hej!</p>")
            outbox.enqueue(session, letter, f"answer:{number}", 1, "regionvarmland.se", NOW)
        outbox.settle(session, 1, Refused("550"), NOW)
        outbox.settle(session, 2, Sent(), NOW)
    ledger.dispose()


def _judgements() -> list[Judgement | None]:
    transfer = Order(
        Kind.STOCK_TRANSFER,
        from_stock="Säffle kundlager",
        to_stock="Grums buffertförråd hemvården",
        urgent=True,
        lines=(OrderLine("50123", "Rollator Carl-Oskar", 4), OrderLine(None, HOSTILE, 1.5, "förp")),
    )
    facility = Order(Kind.FACILITY_ORDER, facility="Annagården", lines=(OrderLine("50124", "Hygienstol", 2),))
    unclear = Reason("no_lines", None, "mailet", "tolkning.rader", "Ingen orderrad hittades.")
    number = Reason("personnummer", Certainty.CERTAIN, "mailet", "personnummer", "Ett personnummer.")
    return [
        _judged(Decision.ACCEPTED, Kind.FACILITY_ORDER, orders=(facility,)),
        _judged(Decision.ACCEPTED, Kind.STOCK_TRANSFER, orders=(transfer,)),
        _judged(Decision.FLAGGED, Kind.OTHER, reasons=(unclear,)),
        _judged(Decision.REJECTED, Kind.PRESCRIPTION, reasons=(number,)),
        _judged(Decision.IGNORED, Kind.AUTOMATIC),
        None,
    ]


def _judged(
    decision: Decision, kind: Kind, reasons: tuple[Reason, ...] = (), orders: tuple[Order, ...] = ()
) -> Judgement:
    return Judgement(decision, kind, reasons, orders, sender_address=SENDER, trusted=True, answerable=True)
