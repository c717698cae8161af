"""`reservpost doctor` and what `status` tells of the mail servers, against real ones."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.demo.address import HOST
from service.demo.certificate import make_certificate
from tests import made, servers
from tests.command import Ran, reservpost
from tests.servers import MailServer, smtp_sink
from tests.service import Service, until

PARTS = ["Regler", "IMAP", "Mappar", "Klocka", "SMTP", "Personal", "Liggare", "Disk", "Tesseract"]


@pytest.fixture
def service(tmp_path: Path, best_server: MailServer) -> Service:
    return Service(tmp_path / "site", best_server)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Put variables into our environment for the block: an operator's way of changing one setting."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _doctor(service: Service, *words: str, **changes: str) -> Ran:
    settings = {"MAILBOX__PASSWORD": service.server.password} | changes
    with _environment(**{f"RESERVPOST_{name}": value for name, value in settings.items()}):
        return reservpost("--settings", str(service.settings), "doctor", *words)


def _red(told: Ran) -> dict[str, str]:
    assert told.code == 1
    text = told.out.replace("\n                ", " ")
    lines = [line.split(None, 2) for line in text.splitlines() if line.startswith("FEL")]
    return {part.rstrip(":"): said for _, part, said in lines}


def test_all_is_well_and_told_on_one_line_each(service: Service) -> None:
    told = _doctor(service)
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert [line.split()[1].rstrip(":") for line in lines if not line.startswith(" ")] == PARTS
    assert max(len(line) for line in lines if str(service.state) not in line) <= 80
    assert {"Mottagna", "Till granskning", "Avvisade", "Ignorerade"} <= set(service.server.folders())


def test_json_gives_one_object_a_part(service: Service) -> None:
    assert [row["part"] for row in _doctor(service, "--json").rows] == PARTS


def test_a_wrong_password_is_told_and_never_shown(service: Service) -> None:
    told = _doctor(service, MAILBOX__PASSWORD="fel-losen")
    assert "inloggningen nekades; kontrollera mailbox.user och lösenordet" in _red(told)["IMAP"]
    assert "fel-losen" not in told.out + told.err


def test_servers_that_are_away_are_told_with_the_setting_to_look_at(service: Service) -> None:
    free = str(servers.free_port())
    red = _red(_doctor(service, MAILBOX__PORT=free, POST__PORT=free))
    assert set(red) == {"IMAP", "SMTP"}
    assert f"{HOST}:{free}: nås inte" in red["IMAP"]
    assert "se mailbox.host och mailbox.port" in red["IMAP"]
    assert "mailservern nås inte; se post.host" in red["SMTP"]


def test_names_that_lead_nowhere_are_told(service: Service) -> None:
    red = _red(_doctor(service, MAILBOX__HOST="saknas.invalid", POST__HOST="saknas.invalid"))
    assert set(red) == {"IMAP", "SMTP"}


def test_a_certificate_that_nobody_vouches_for_is_told(service: Service, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    ca_file = str(make_certificate(other).certificate_file)
    red = _red(_doctor(service, MAILBOX__CA_FILE=ca_file, POST__CA_FILE=ca_file))
    assert "TLS gick inte att upprätta" in red["IMAP"]
    assert "TLS gick inte att upprätta" in red["SMTP"]


@pytest.mark.parametrize("content", [None, "inget certifikat"])
def test_an_authority_that_cannot_be_read_is_told(
    service: Service, tmp_path: Path, content: str | None
) -> None:
    ca_file = tmp_path / "ca.pem"
    if content:
        ca_file.write_text(content)
    red = _red(_doctor(service, MAILBOX__CA_FILE=str(ca_file), POST__CA_FILE=str(ca_file)))
    assert set(red) == {"IMAP", "SMTP"}


def test_a_post_without_tls_is_told(service: Service, tmp_path: Path) -> None:
    with smtp_sink(tmp_path / "plain", starttls=False) as plain:
        red = _red(_doctor(service, POST__PORT=str(plain.port)))
    assert "mailservern erbjuder inte TLS" in red["SMTP"]


def test_staff_whose_answers_nobody_vouches_for_are_told(service: Service) -> None:
    people = '["eva.lind@regionvarmland.se"]'
    red = _red(_doctor(service, STAFF__PURCHASERS=people))
    assert "utan trust.authserv_id" in red["Personal"]
    vouched = _doctor(service, STAFF__PURCHASERS=people, TRUST__AUTHSERV_ID="mx.regionvarmland.se")
    assert "1 får brev" in vouched.out
    assert "ingen driftsledare och ingen enhetschef är angiven" in vouched.out


def test_staff_of_whom_nobody_hears_what_is_never_registered_is_told(service: Service) -> None:
    people = {"STAFF__TECHNICIANS": '["bo.dahl@regionvarmland.se"]', "TRUST__AUTHSERV_ID": "mx.region.se"}
    assert "ange staff.operations_managers" in _red(_doctor(service, **people))["Personal"]


def test_a_clock_behind_the_mail_server_is_told(service: Service) -> None:
    service.server.deliver(made.order("a").raw, at=datetime.now(UTC) + timedelta(hours=1))
    assert "ställ klockan" in _red(_doctor(service))["Klocka"]


def test_a_broken_ledger_and_spoiled_rules_are_told(service: Service, tmp_path: Path) -> None:
    service.state.mkdir()
    (service.state / "ledger.db").write_bytes(bytes(range(256)) * 80)
    rules = shutil.copytree(Path(__file__).parent.parent / "rules", tmp_path / "rules")
    (rules / "kinds.yaml").unlink()
    red = _red(_doctor(service, RULES_FOLDER=str(rules)))
    assert "återställ en säkerhetskopia" in red["Liggare"]
    assert "kinds.yaml: går inte att läsa" in red["Regler"]


def test_status_tells_since_when_a_server_is_away(tmp_path: Path, embedded: MailServer) -> None:
    free = servers.free_port()
    service = Service(tmp_path / "site", embedded, mailbox={"port": free}, post={"port": free})
    with service.running():
        until(lambda: "nås inte" in service.intake_says())
        until(lambda: "redo att skicka" in service.say("status").stdout)
        told = " ".join(service.say("status").stdout.split())
        (parts,) = [row["parts"] for row in service.ask("status")]
    assert "Brevlåda: FEL sedan 20" in told
    assert f"{HOST}:{free}: nås inte" in told
    assert "Post: redo att skicka sedan" in told  # no letter has met the server yet
    assert parts["intake"]["well"] is False
    assert "kör inte" in service.say("status").stdout


def test_status_tells_of_letters_that_wait_for_the_server(tmp_path: Path, embedded: MailServer) -> None:
    service = Service(tmp_path / "site", embedded, post={"port": servers.free_port()})
    service.server.deliver(made.order("a").raw)
    with service.running():
        until(lambda: "mailservern nås inte" in service.say("status").stdout)
        told = " ".join(service.say("status").stdout.split())
    assert "Post: FEL sedan 20" in told
    assert "breven väntar: mailservern nås inte; pröva med `reservpost doctor`" in told
    assert "1 väntar på att skickas" in told


def test_one_service_runs_in_a_folder_and_ctrl_c_stops_it(tmp_path: Path, embedded: MailServer) -> None:
    service = Service(tmp_path / "site", embedded)
    process = service.start()
    until(lambda: "bevakar" in service.intake_says())
    refused = service.say("run")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert "Traceback" not in service.log.read_text()
    assert refused.returncode == 1
    assert "en annan reservpost kör redan" in refused.stderr
    assert refused.stderr.count("\n") == 1
