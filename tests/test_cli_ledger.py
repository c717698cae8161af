"""The verbs that work the ledger: what they show, change and refuse, on a real ledger."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import HOSTILE, SENDER, Desk, fill, made_desk

LISTS = ("journal", "ledger list", "letters list", "review list", "outage status")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = made_desk(tmp_path)
    fill(made)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    return made_desk(tmp_path)


@pytest.mark.parametrize("verb", [*LISTS, "ledger show RP-2026-000002", "status"])
def test_what_is_shown_fits_80_columns_and_cannot_steer_the_terminal(
    desk: Desk, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = desk(*verb.split())
    assert shown.code == 0
    assert max(map(len, shown.out.splitlines())) <= 80
    assert all(sign.isprintable() or sign == "\n" for sign in shown.out)
    assert not [line for line in shown.out.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("verb", LISTS)
def test_each_list_says_when_it_is_empty_and_gives_no_json_line(empty: Desk, verb: str) -> None:
    assert re.match(r"(Inga|Inget|Liggaren är tom)", empty(*verb.split()).out)
    assert empty(*verb.split(), "--json").rows == []


@pytest.mark.parametrize(("verb", "rows"), [*zip(LISTS, (6, 2, 3, 1, 1), strict=True)])
def test_each_list_gives_one_json_object_a_line(desk: Desk, verb: str, rows: int) -> None:
    assert len(desk(*verb.split(), "--json").rows) == rows


def test_times_are_swedish_in_a_table_and_with_a_zone_in_json(desk: Desk) -> None:
    assert "2026-03-05 09:12" in desk("outage", "status").out
    assert desk("outage", "status", "--json").rows[0]["started_at"] == "2026-03-05T08:12:00+00:00"


def test_the_ledger_lists_stock_first_and_shows_an_order_whole(desk: Desk) -> None:
    assert [row["number"] for row in desk("ledger", "list", "--json").rows] == [
        "RP-2026-000002",
        "RP-2026-000001",
    ]
    shown = desk("ledger", "show", " rp-2026-000002 ").out
    for told in ("Säffle kundlager", "Grums buffertförråd hemvården", SENDER, "1,5 förp", "4 st", "50123"):
        assert told in shown
    (row,) = desk("ledger", "show", "RP-2026-000002", "--json").rows
    assert row["lines"][1]["description"] == HOSTILE


def test_several_orders_are_registered_at_once_and_a_second_person_is_told_who_did_it(desk: Desk) -> None:
    both = ("RP-2026-000001", "rp-2026-000002")
    done = desk("ledger", "register", *both, "--sesam-number", "S-77", "--by", "Åsa")
    assert done.out == "RP-2026-000001 registrerad av Åsa\nRP-2026-000002 registrerad av Åsa\n"
    again = desk("ledger", "register", both[0], "--by", "Bo").fault
    assert "RP-2026-000001 är redan registrerad av Åsa; inget ändrades" in again
    assert "Nummer i Sesam: S-77" in desk("ledger", "show", both[0]).out
    assert {row["settled_by"] for row in desk("ledger", "list", "--json").rows} == {"Åsa"}


def test_one_wrong_number_registers_none(desk: Desk) -> None:
    fault = desk("ledger", "register", "RP-2026-000001", "RP-2026-000009").fault
    assert "RP-2026-000009: ingen sådan beställning" in fault
    assert len(desk("ledger", "list", "--state", "pending", "--json").rows) == 2


def test_the_same_number_twice_on_the_line_is_registered_once(desk: Desk) -> None:
    assert desk("ledger", "register", "RP-2026-000001", "rp-2026-000001", "--by", "Åsa").code == 0


def test_an_order_is_cancelled_with_its_reason_and_can_then_not_be_registered(desk: Desk) -> None:
    assert desk("ledger", "cancel", "RP-2026-000001", "--why", "dubblett", "--by", "Bo").code == 0
    assert "dubblett" in desk("ledger", "show", "RP-2026-000001").out
    assert "redan makulerad av Bo" in desk("ledger", "register", "RP-2026-000001").fault


def test_a_list_of_one_state_holds_that_state_alone(desk: Desk) -> None:
    desk("ledger", "register", "RP-2026-000001")
    for state in ("pending", "registered", "cancelled"):
        rows = desk("ledger", "list", "--state", state, "--json").rows
        assert {row["state"] for row in rows} <= {state}
    assert "Inga beställningar" in desk("ledger", "list", "--state", "cancelled").out


def test_the_journal_shows_one_decision_and_the_newest(desk: Desk) -> None:
    (row,) = desk("journal", "--decision", "rejected", "--json").rows
    assert row["reasons"][0]["code"] == "personnummer"
    assert [row["id"] for row in desk("journal", "--limit", "2", "--json").rows] == [5, 6]
    assert "under behandling" in desk("journal").out


def test_a_dead_letter_says_why_and_how_to_try_again(desk: Desk) -> None:
    (dead,) = desk("letters", "list", "--state", "dead", "--json").rows
    shown = desk("letters", "show", str(dead["id"])).out
    assert "mailservern svarade 550" in shown
    assert "reservpost letters retry 1" in shown
    assert f"Till: {SENDER}\nÄmne: Mottagen beställning\n\nHej!\n\nTack.\n" in shown
    assert desk("letters", "retry", "1").code == 0
    assert desk("letters", "list", "--state", "dead", "--json").rows == []
    assert "brev 1 är inte dött" in desk("letters", "retry", "1").fault
    assert "brev 9 finns inte" in desk("letters", "show", "9").fault


def test_an_outage_is_declared_ended_and_shown(empty: Desk) -> None:
    began = empty("outage", "start", "--since", "2026-03-05 09:12", "--system", "sesam2", "--by", "Åsa")
    assert began.out == "Driftstopp 1 anmält från 2026-03-05 09:12: Sesam 2\n"
    assert "pågår sedan 2026-03-05 09:12" in empty("status").out
    assert "pågår redan" in empty("outage", "start").fault
    assert "mellan driftstoppets början och nu" in empty("outage", "end", "--at", "2026-03-05 09:11").fault
    assert "mellan driftstoppets början och nu" in empty("outage", "end", "--at", "2999-01-01").fault
    assert empty("outage", "end", "--at", "2026-03-05T10:00").code == 0
    (row,) = empty("outage", "status", "--json").rows
    assert (row["ended_at"], row["declared_by"]) == ("2026-03-05T09:00:00+00:00", "Åsa")
    assert "tas ännu om hand" in empty("status").out
    assert "inget driftstopp pågår" in empty("outage", "end").fault


@pytest.mark.parametrize(
    "since", ["i morse", "25:00", "2026-13-01", "0001-01-01", "9999-12-31T23:59-23:00", ""]
)
def test_what_is_no_time_is_refused_with_how_to_write_one(empty: Desk, since: str) -> None:
    assert "skriv 2026-03-05 09:12" in empty("outage", "start", "--since", since).fault


def test_an_outage_of_the_future_or_of_an_unknown_system_is_refused(empty: Desk) -> None:
    assert "ligger i framtiden" in empty("outage", "start", "--since", "2999-01-01 08:00").fault
    assert "välj bland sesam2" in empty("outage", "start", "--system", "sesam3").fault
    assert empty("outage", "status", "--json").rows == []


def test_status_sums_up_and_says_what_to_do(desk: Desk) -> None:
    shown = " ".join(desk("status").out.split())
    assert "kör inte; starta det med `systemctl start reservpost`" in shown
    assert "2 mottagna, 1 till granskning, 1 avvisade, 1 ignorerade, 1 under behandling" in shown
    assert "1 väntar på en person: `reservpost review list`" in shown
    assert "2 väntar på registrering" in shown
    assert "1 gick inte att skicka: se `reservpost letters list --state dead`" in shown
    assert "`reservpost letters retry NR`" in shown
    (told,) = desk("status", "--json").rows
    assert told["running"] is False
    assert told["outage_since"] == "2026-03-05T08:12:00+00:00"
    assert told["letters"] == {"dead": 1, "queued": 1, "sent": 1}


def test_audit_shows_a_change_made_behind_its_back(desk: Desk) -> None:
    assert "Kedjan håller" in desk("audit", "verify").out
    with closing(sqlite3.connect(desk.state / "ledger.db")) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE audit SET body = replace(body, 'Åsa', 'Bo') WHERE seq = 1")
    assert "bruten vid länk 1" in desk("audit", "verify").fault
    broken = desk("audit", "verify", "--json")
    assert (broken.code, '"broken_at": 1' in broken.out) == (1, True)
