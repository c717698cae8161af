"""The verbs of the outage as people type them, and one outage with the daemon from start to closing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.ledger.engine import open_ledger, writing
from service.outage import planned
from tests.command import Desk, fill, made_desk
from tests.made import order, personal
from tests.servers import MailServer
from tests.service import Service, until

HOUR = timedelta(hours=1)


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


AHEAD = ("outage", "start", "--planned", "--since", "2099-03-05 18:00")


def flat(shown: str) -> str:
    """What was shown as one line, whatever the width of the terminal."""
    return " ".join(shown.split())


def test_a_stop_is_declared_ahead_shown_moved_and_called_off(desk: Desk) -> None:
    desk("outage", "end")
    assert desk(*AHEAD, "--until", "22:00", "--system", "sesam2", "--system", "websesam").out == (
        "Planerat driftstopp 1 börjar 2099-03-05 18:00, väntas vara över 2099-03-05 22:00\n"
    )
    coming = (
        "nr 1: planerat driftstopp, börjar 2099-03-05 18:00, väntas vara över 2099-03-05 22:00 "
        "(Sesam 2 och webSesam)"
    )
    assert f"Planerat: {coming}" in flat(desk("outage", "status").out)
    assert f" Planerat: {coming} Mail: " in flat(desk("status").out)
    stop = {"number": 1, "starts_at": "2099-03-05T17:00:00+00:00", "systems": ["sesam2", "websesam"]}
    stop |= {"expected_end": "2099-03-05T21:00:00+00:00", "begun": False}
    outage, row = desk("outage", "status", "--json").rows
    assert (outage["state"], row) == ("ended", {"state": "planned"} | stop)
    assert desk("status", "--json").rows[0]["planned_stops"] == [stop]

    assert desk("outage", "move", "--since", "2099-03-06 18:00").out == (
        "Planerat driftstopp 1 börjar 2099-03-06 18:00, väntas vara över 2099-03-06 22:00\n"
    )
    moved = desk("outage", "move", "1", "--until", "23:30").out
    assert moved.endswith("väntas vara över 2099-03-06 23:30\n")
    assert desk("outage", "cancel").out == "Planerat driftstopp 1 är avbokat\n"
    assert "Planerat" not in desk("outage", "status").out + desk("status").out


def test_a_stop_whose_time_came_without_the_program_and_one_that_lasts_longer_say_so(desk: Desk) -> None:
    desk("outage", "end")
    now = datetime.now(UTC)
    with writing(open_ledger(desk.state / "ledger.db")) as session:
        stop = planned.announce(session, ["sesam2"], now - HOUR, now + HOUR, "Åsa", now - 2 * HOUR)
    assert "det börjar när programmet kör, väntas vara över" in flat(desk("outage", "status").out)
    with writing(open_ledger(desk.state / "ledger.db")) as session:
        stop = planned.find(session, stop.id)
        planned.begin_due(session, now)
    shown = flat(desk("outage", "status").out)
    assert "Sesam 2: planerat stopp sedan" in shown
    assert "nr 1: planerat driftstopp pågår, väntas vara över" in shown
    with writing(open_ledger(desk.state / "ledger.db")) as session:
        planned.find(session, stop.id).expected_end = now
    for shown in (flat(desk("outage", "status").out), flat(desk("status").out)):
        assert "men Sesam 2 ligger ännu nere; avsluta med `reservpost outage end`" in shown
    assert desk("outage", "move", "--until", "2099-01-01 00:00").out.startswith(
        "Planerat driftstopp 1 började"
    )


def test_the_expected_end_of_a_planned_stop_that_begins_now_is_kept(desk: Desk) -> None:
    desk("outage", "end")
    said = desk("outage", "start", "--planned", "--until", "2099-03-05 22:00", "--system", "sesam2").out
    assert said.startswith("Driftstopp 2 anmält från")
    assert "väntas vara över 2099-03-05 22:00 (Sesam 2)" in flat(desk("outage", "status").out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("outage start --since 2099-03-05T18:00", "ange en tid som har varit, eller säg --planned"),
        ("outage start --drill --planned --since 2099-03-05T18:00", "anmäl övningen när den börjar"),
        ("outage start --until 2099-03-05T18:00", "--until hör till ett planerat driftstopp"),
        (
            "outage start --planned --since 2099-03-05T18:00 --until 2099-03-05T17:00",
            "slutet måste ligga efter början",
        ),
        ("outage start --planned --since 2099-03-05T18:00 --system sesam9", "sesam9: välj bland"),
        ("outage cancel", "inget driftstopp är planerat; inget ändrades"),
        ("outage cancel 9", "planerat driftstopp 9 finns inte; se `reservpost outage status`"),
        ("outage move", "ange --since TID för en ny början eller --until TID"),
        ("outage move --until kl-nio", "inget driftstopp är planerat"),
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
        # Word of recovery is written by the next sweep, and counts when the outage is closed.
        until(lambda: bool(service.rows("SELECT 1 FROM letter WHERE kind = 'recovery'")))
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


def test_a_note_with_a_patient_in_it_is_refused_and_nothing_is_declared(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    refused = desk("outage", "start", "--note", "Brukaren Rune Ek fick inte sin rullstol")
    assert (refused.code, "noten kan innehålla personuppgifter" in refused.fault) == (1, True)
    assert "Rune" not in refused.err
    assert desk("outage", "start", "--note", "Strömavbrott i driftcentralen").code == 0
