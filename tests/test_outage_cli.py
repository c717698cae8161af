"""The verbs of the outage as people type them, and one outage with the daemon from start to closing."""

from pathlib import Path

import pytest

from tests.command import Desk, fill, made_desk
from tests.made import order, personal
from tests.servers import MailServer
from tests.service import Service, until


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = made_desk(tmp_path)
    fill(made)
    return made


def test_status_says_how_each_system_is_and_what_may_be_registered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert desk("outage", "down", "websesam", "--at", "2026-03-05 10:00").out == (
        "webSesam ligger nere sedan 2026-03-05 10:00\n"
    )
    shown = desk("outage", "status").out
    assert "Sesam 2:        nere sedan 2026-03-05 09:12\n" in shown
    assert "webSesam:       nere sedan 2026-03-05 10:00\n" in shown
    assert "Visma webSesam: uppe\n" in shown
    assert "  nej  Beställningar som kommit per mail" in shown
    assert max(map(len, shown.splitlines())) <= 80
    up = desk("outage", "up", "sesam2", "--at", "2026-03-05 11:00").out
    assert up == "Sesam 2 är uppe sedan 2026-03-05 11:00\nÄnnu nere: webSesam\n"
    assert "  ja   Beställningar som kommit per mail" in desk("outage", "status").out
    assert "avsluta driftstoppet med" in desk("outage", "up", "websesam").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("outage up sesam9", "sesam9: välj bland sesam2, websesam, visma-websesam"),
        ("outage up websesam", "websesam är inte nere i det här driftstoppet; inget ändrades"),
        ("outage down sesam2", "sesam2 är redan nere; inget ändrades"),
        ("outage down websesam --at 2026-03-05T08:00", "mellan driftstoppets början och nu"),
        ("outage down websesam --at kl-nio", "kl-nio: ingen tid"),
        ("outage slips", "ange --count ANTAL för nya blanketter, eller --unused NUMMER"),
        ("outage slips --count 2 --unused B-00001", "ange --count ANTAL för nya blanketter, eller"),
        ("outage slips --count 501", "--count"),
        ("outage slips --unused B-00001", "blankett B-00001 är inte utskriven härifrån"),
        ("outage slips --count 2 --out /ingen/mapp/b.html", "/ingen/mapp/b.html: finns inte"),
        ("outage report 9", "driftstopp 9 finns inte; se `reservpost outage status`"),
        ("outage close 9", "driftstopp 9 finns inte"),
        ("outage close", "mailservern localhost:1: nås inte"),
        (
            "ledger add purchase --came desk --line 50123;Rollator --sure",
            "skriv 'artikel;benämning;antal;enhet'",
        ),
        ("ledger add purchase --came desk --delivered i-går", "i-går: inget datum; skriv 2026-03-05"),
        ("ledger add order --came desk", "SORT"),
        ("ledger add purchase --came fax", "--came"),
        ("disposal list", "inget gallringsbeslut är inställt, så inga mail tas bort"),
        ("disposal run --sure", "inget gallringsbeslut är inställt"),
        ("incidents list --outage 0", "--outage"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_and_changes_nothing(desk: Desk, words: str, said: str) -> None:
    before = desk("outage", "status", "--json").out
    assert said in desk(*words.split()).fault
    assert desk("outage", "status", "--json").out == before
    assert len(desk("ledger", "list", "--json").rows) == 2


def test_slips_that_could_not_be_written_are_not_handed_out(desk: Desk, tmp_path: Path) -> None:
    assert desk("outage", "slips", "--count", "2", "--out", "/ingen/mapp/b.html").code == 1
    out = tmp_path / "blanketter.html"
    printed = desk("outage", "slips", "--count", "2", "--kind", "work_order", "--out", str(out)).out
    assert printed == f"{out}: 2 blanketter, A-00001 till A-00002; skriv ut den på A4\n"
    assert "A-00002" in out.read_text(encoding="utf-8")
    assert desk("outage", "slips", "--unused", "a-00002").out == "Oanvända: A-00002\n"


def test_an_older_status_of_a_drill_and_its_rows_stands_apart(desk: Desk) -> None:
    desk("outage", "end")
    assert desk("outage", "start", "--drill", "--system", "sesam2").out.startswith("Övning 2 börjar ")
    assert "en övning pågår sedan" in desk("status").out
    assert desk("outage", "status", "--json").rows[1]["drill"] is True
    added = desk("ledger", "add", "purchase", "--came", "desk", "--line", "50123;Rollator;4;st").out
    assert added.startswith("RP-ÖVN-2")
    assert [row["drill"] for row in desk("ledger", "list", "--drill", "--json").rows] == [True]
    assert len(desk("ledger", "list", "--json").rows) == 2


def test_one_outage_with_the_daemon_running_from_its_declaration_to_its_closing(
    tmp_path: Path, best_server: MailServer
) -> None:
    service, report = Service(tmp_path, best_server, intake="in_outage"), tmp_path / "rapport.html"
    assert service.say("outage", "start", "--system", "sesam2", "--by", "Åsa").returncode == 0
    best_server.deliver(order("cli").raw, personal("cli").raw)
    with service.running():
        until(lambda: service.filed() == 2 and not service.waiting_letters())
        line = "50123;Rollator;4;st"
        add = (
            "ledger",
            "add",
            "facility_order",
            "--came",
            "phone",
            "--facility",
            "Annagården",
            "--line",
            line,
        )
        assert "RP-" in service.say(*add).stdout
        refused = service.say("outage", "close")
        assert refused.returncode == 1
        assert "driftstoppet pågår" in refused.stderr
        assert "2 ska registreras eller makuleras" in refused.stderr
        assert service.say("outage", "end").returncode == 0
        numbers = [row["number"] for row in service.ask("ledger", "list")]
        assert service.say("ledger", "register", *numbers, "--sesam-number", "200001").returncode == 0
        until(lambda: not service.waiting_letters())
        closed = service.say("outage", "close", "--out", str(report), "--by", "Åsa")
        assert (closed.returncode, closed.stderr) == (0, "")
        assert closed.stdout.startswith("Driftstopp 1 är stängt: summan går ihop\n")
        again = service.say("outage", "close")
        assert "är redan stängt av Åsa; inget ändrades" in again.stderr
    shown = report.read_text(encoding="utf-8")
    assert "2 av 2" in shown
    assert "Ett personnummer eller liknande" in shown
    assert len(service.ask("incidents", "list")) == 1
