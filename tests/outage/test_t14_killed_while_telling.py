"""t-14: the daemon is killed with -9 while it tells of recovery, and again while it reminds."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.ledger import audit
from service.ledger.engine import connect, open_ledger, reading, writing
from service.outage import declared
from service.outage.additions import AddingDesk, Typed
from service.reading.sandbox import Sandbox
from service.rules.duties import Source, load_duties
from service.settings import REGION_AND_MUNICIPALITIES, shipped_rules
from service.values import Kind
from tests import kill_at, made
from tests.office import MANAGER, PURCHASERS
from tests.servers import MailServer
from tests.service import Service
from tests.test_crash import kill

KILLS = (("due written", 3), ("due written", 11), ("swept", 1), ("sent", 4))
"""Each step, and the how manieth time it is reached that kills: with word of recovery half written, with nine
of those and the reminders half written, with all of it written, and with a letter that the server has and
nobody has noted.
"""

ORDERERS = tuple(made.order(f"t14-{number}").sender for number in range(3))
PRESCRIBERS = ("karin@kil.se", "nils@sunne.se", "ylva@arvika.se")
HOUR = timedelta(hours=1)
CALENDAR = """\
office_hours: {{{}}}
open_on_holidays: true
reminders:
  - {{after_hours: 0.0001, to: owner}}
"""
DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


class Office:
    """A service whose office never closes, and that reminds a moment after a row could be registered."""

    def __init__(self, folder: Path, server: MailServer) -> None:
        staff = {"purchasers": list(PURCHASERS), "operations_managers": [MANAGER]}
        self.service = Service(
            folder, server, "in_outage", staff=staff, digest={"times": []}, limits={"workers": 1}
        )
        self.server, rules = server, folder / "rules"
        shutil.copytree(shipped_rules(), rules)
        every_day = ", ".join(f'{day}: "00.00-23.59"' for day in DAYS)
        (rules / "calendar.yaml").write_text(CALENDAR.format(every_day), "utf-8")
        settings = self.service.settings
        settings.write_text(f'rules_folder = "{rules}"\n{settings.read_text("utf-8")}', "utf-8")

    def letters(self, *kinds: str) -> dict[str, str]:
        """Message-ID and recipient of each letter of these kinds in the outbox; all must be sent."""
        named = ", ".join(f"'{kind}'" for kind in kinds)
        rows = self.service.rows(f"SELECT header_id, recipient, state FROM letter WHERE kind IN ({named})")
        assert {state for *_, state in rows} == {"sent"}
        return {header_id: recipient for header_id, recipient, _ in rows}

    def came(self) -> Counter[tuple[str, str]]:
        """How many times the mail server took each letter, by Message-ID and recipient."""
        return Counter((letter.message_id, letter.recipients[0]) for letter in self.server.letters())


@pytest.fixture
def office(best_server: MailServer, tmp_path: Path, children: Sandbox) -> Office:
    """An office whose outage has just ended, of which nobody was told yet: three mails, three phone calls."""
    office = Office(tmp_path, best_server)
    service, now = office.service, datetime.now(UTC)
    ledger = open_ledger(service.state / "ledger.db")
    with writing(ledger) as session:
        declared.start(session, declared.SYSTEMS, now - 2 * HOUR, "Åsa", now)
    mails = [made.order(f"t14-{number}") for number in range(len(ORDERERS))]
    best_server.deliver(*(mail.raw for mail in mails), at=now - HOUR)
    service.finish(len(mails))
    desk = AddingDesk(
        ledger, children, load_duties(shipped_rules()), made.DESK, frozenset(REGION_AND_MUNICIPALITIES)
    )
    for address in PRESCRIBERS:
        line = (";Broms lossnat, höger bak;1;st",)
        desk.add(Typed(Kind.WORK_ORDER, Source.PHONE, "Eva", now, line, owner_address=address), "Eva", now)
    with writing(ledger) as session:
        declared.end(session, now, "Åsa", now)
    ledger.dispose()
    return office


def test_whoever_is_owed_word_gets_one_letter_though_the_daemon_is_killed_again_and_again(
    office: Office,
) -> None:
    assert {step for step, _ in KILLS} >= set(kill_at.SWEEP_STEPS)
    before = office.came()
    for step, nth in KILLS:
        kill(office.service, step, nth)
    office.service.finish(0)

    told, reminded = office.letters("recovery", "recovered"), office.letters("reminder")
    assert sorted(told.values()) == sorted((*ORDERERS, *PRESCRIBERS, *PURCHASERS, MANAGER))
    assert sorted(reminded.values()) == sorted((*PRESCRIBERS, *PURCHASERS))
    came = office.came() - before
    # Each letter came. One that came twice is the same letter: killed between the server's 250 and its note.
    assert set(came) == set((told | reminded).items())
    assert max(came.values()) >= 2
    assert sum(times > 1 for times in came.values()) <= len(KILLS)
    # Of each row and step it is noted once which letter reminded.
    done = office.service.rows("SELECT order_id, step, letter_id FROM reminder WHERE done_at IS NOT NULL")
    assert len(done) == len({row[:2] for row in done}) == len(ORDERERS) + len(PRESCRIBERS)
    with reading(connect(office.service.state / "ledger.db")) as session:
        assert audit.verify(session).broken_at is None
