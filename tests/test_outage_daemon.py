"""The daemon itself sends what is due, asks the systems, and says so in its status."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from service.outage.probe import answers
from tests import made
from tests.office import MANAGER, PURCHASERS
from tests.servers import MailServer
from tests.service import Service, until
from tests.test_outage_probe import Portal, portal


def test_an_urgent_order_is_told_at_once_and_a_silent_system_is_proposed(
    best_server: MailServer, tmp_path: Path
) -> None:
    with portal() as address:
        Portal.status = 503
        assert not answers(address, 2)
        service = Service(
            tmp_path,
            best_server,
            staff={"purchasers": list(PURCHASERS), "operations_managers": [MANAGER]},
            trust={"authserv_id": ""},
            digest={"times": []},
            probe={"enabled": True, "addresses.sesam2": address, "every_seconds": 1, "failures": 2},
            limits={"workers": 1},
        )
        mail = made.letter_from("malin@arvika.se", "urgent", f"AKUT!\n{made.ORDER}", "Akut lagerflytt")
        best_server.deliver(mail.as_bytes())
        with service.running():
            until(lambda: len(subjects(best_server, PURCHASERS[0])) == 1)
            until(lambda: len(subjects(best_server, MANAGER)) == 1)
            (told,) = service.ask("status")
            assert {name: part["well"] for name, part in told["parts"].items()} == {
                "intake": True,
                "post": True,
                "sweep": True,
                "probe": True,
            }
            assert "Utskick:" in service.say("status").stdout
    assert subjects(best_server, PURCHASERS[0]) == ["BRÅDSKAR: 1 att registrera, 1 ny"]
    assert subjects(best_server, MANAGER) == ["Sesam 2 verkar ligga nere"]
    assert service.events("proposed") == 1
    assert "Traceback" not in service.log.read_text(encoding="utf-8")


def test_a_planned_stop_begins_by_itself_and_its_mails_are_worked_from_then(
    best_server: MailServer, tmp_path: Path
) -> None:
    service = Service(tmp_path, best_server, intake="in_outage", limits={"workers": 1})
    early, late = made.order("ahead-early"), made.order("ahead-late")
    with service.running():
        start = datetime.now(UTC) + timedelta(seconds=15)
        ahead = ("outage", "start", "--planned", "--since", start.isoformat(), "--system", "sesam2")
        assert service.say(*ahead).returncode == 0
        best_server.deliver(early.raw)
        (told,) = service.ask("status")
        assert told["outage_since"] is None
        assert [stop["begun"] for stop in told["planned_stops"]] == [False]
        until(lambda: service.events("planned_stop_begun") == 1)
        best_server.deliver(late.raw)
        until(lambda: service.filed() == 1 and not service.waiting_letters())
        (told,) = service.ask("status")
        assert datetime.fromisoformat(told["outage_since"]) == start
    assert best_server.messages("INBOX") == [early.raw]
    assert best_server.messages("Mottagna") == [late.raw]


def subjects(server: MailServer, address: str) -> list[str]:
    """Return the subjects of the letters to this address."""
    ours = [letter.raw for letter in server.letters() if letter.recipients == (address,)]
    return [str(message_from_bytes(raw, policy=policy.default)["Subject"]) for raw in ours]
