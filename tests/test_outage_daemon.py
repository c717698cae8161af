"""The daemon itself sends what is due, asks the systems, and says so in its status."""

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


def subjects(server: MailServer, address: str) -> list[str]:
    """Return the subjects of the letters to this address."""
    ours = [letter.raw for letter in server.letters() if letter.recipients == (address,)]
    return [str(message_from_bytes(raw, policy=policy.default)["Subject"]) for raw in ours]
