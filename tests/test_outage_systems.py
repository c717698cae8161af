"""From which systems are down follows who may register what, where and when."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import col, select

from service.errors import LedgerError, RulesError
from service.ledger import journal, orders, windows
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import MessageRow
from service.outage import declared, systems
from service.rules.duties import Owner, Source, System, load_duties
from service.settings import shipped_rules
from service.values import Kind
from tests.office import swedish

DUTIES = load_duties(shipped_rules())
NOW = swedish("2026-03-02 10:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Engine:
    return open_ledger(tmp_path / "ledger.db")


@pytest.mark.parametrize(
    ("kind", "source", "down", "owner", "allowed"),
    [
        (Kind.STOCK_TRANSFER, Source.MAIL, {"websesam", "visma-websesam"}, Owner.DESK, True),
        (Kind.STOCK_TRANSFER, Source.PHONE, {"sesam2"}, Owner.DESK, False),
        (Kind.FACILITY_ORDER, Source.PAPER, set(), Owner.DESK, True),
        (Kind.WORK_ORDER, Source.PHONE, {"visma-websesam"}, Owner.PRESCRIBER, False),
        (Kind.WORK_ORDER, Source.PAPER, {"sesam2"}, Owner.PRESCRIBER, True),
        (Kind.WORK_ORDER, Source.DESK, {"visma-websesam"}, Owner.OPERATIONS_MANAGER, True),
        (Kind.PRESCRIPTION, Source.PHONE, {"visma-websesam"}, Owner.PRESCRIBER, True),
        (Kind.PRESCRIPTION, Source.PHONE, {"visma-websesam", "websesam"}, Owner.PRESCRIBER, False),
        (Kind.PURCHASE, Source.DESK, {"websesam"}, Owner.DESK, True),
    ],
)
def test_the_routine_says_who_registers_it_and_whether_now(
    kind: Kind, source: Source, down: set[str], owner: Owner, allowed: bool
) -> None:
    duty = DUTIES.of(kind, source)
    assert (duty.owner, duty.may_register(down)) == (owner, allowed)


@given(st.sets(st.sampled_from(systems.NAMES)))
def test_all_that_is_owed_has_somebody_who_registers_it_and_a_system_up_lets_them(down: set[str]) -> None:
    for kind, source in product((kind for kind in Kind if kind.owed), Source):
        duty = DUTIES.of(kind, source)
        assert duty.may_register(down) == bool(set(duty.systems) - down)
    assert all(
        told.allowed != bool(set(told.rule.systems) <= down) for told in systems.permissions(DUTIES, down)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda duties: duties.pop(), "ingen regel för return som kom som mail"),
        (lambda duties: duties[0].update(owner="purchaser"), "duties.0.owner"),
        (lambda duties: duties[0].update(systems=[]), "duties.0.systems"),
        (lambda duties: duties[0].update(wner="desk"), "okänd nyckel"),
    ],
)
def test_rules_that_would_leave_something_to_nobody_are_refused(
    tmp_path: Path, change: object, said: str
) -> None:
    assert callable(change)
    rules = yaml.safe_load((shipped_rules() / "systems.yaml").read_text(encoding="utf-8"))
    change(rules["duties"])
    (tmp_path / "systems.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        load_duties(tmp_path)


def test_each_system_comes_up_at_its_own_time(ledger: Engine) -> None:
    with writing(ledger) as session:
        outage = declared.start(session, ["sesam2", "websesam"], NOW, "Åsa", NOW, planned=True)
        systems.up(session, outage, "sesam2", NOW + HOUR, "Åsa", NOW + 2 * HOUR)
        assert systems.down_now(session) == {"websesam"}
        states = systems.states(systems.of_outage(session, outage))
        assert [(state.name, state.up, state.planned) for state in states] == [
            ("sesam2", True, False),
            ("websesam", False, True),
            ("visma-websesam", True, False),
        ]
        systems.down(session, outage, "sesam2", NOW + 2 * HOUR, "Åsa", NOW + 2 * HOUR)
        declared.end(session, NOW + 3 * HOUR, "Åsa", NOW + 3 * HOUR)
        ups = [(row.name, row.up_at) for row in systems.of_outage(session, outage)]
    assert ups == [("sesam2", NOW + HOUR), ("websesam", NOW + 3 * HOUR), ("sesam2", NOW + 3 * HOUR)]


def test_a_wrong_word_about_a_system_changes_nothing(ledger: Engine) -> None:
    with writing(ledger) as session:
        outage = declared.start(session, ["sesam2"], NOW, "Åsa", NOW)
        for name, at, said in [
            ("sesam3", NOW, "välj bland"),
            ("websesam", NOW, "är inte nere"),
            ("sesam2", NOW - HOUR, "ligga mellan"),
            ("sesam2", NOW + HOUR, "ligga mellan"),
        ]:
            with pytest.raises(LedgerError, match=said):
                systems.up(session, outage, name, at, "Åsa", NOW)
        for name, at, said in [("sesam2", NOW, "redan nere"), ("websesam", NOW - HOUR, "ligga mellan")]:
            with pytest.raises(LedgerError, match=said):
                systems.down(session, outage, name, at, "Åsa", NOW)
        assert systems.down_now(session) == {"sesam2"}


def test_mails_that_came_before_the_outage_was_declared_belong_to_it(ledger: Engine) -> None:
    arrivals = [journal.Arrival(1, uid, f"{uid:064x}", NOW + uid * HOUR) for uid in range(4)]
    with writing(ledger) as session:
        journal.receive(session, arrivals, NOW + 4 * HOUR)
        outage = declared.start(session, ["sesam2"], NOW + HOUR, "Åsa", NOW + 4 * HOUR)
        homes = session.exec(select(MessageRow.outage_id).order_by(col(MessageRow.uid))).all()
    assert homes == [None, outage.id, outage.id, outage.id]


def test_two_outages_may_not_share_time_and_each_mail_has_one(ledger: Engine) -> None:
    with writing(ledger) as session:
        declared.start(session, ["sesam2"], NOW, "Åsa", NOW)
        declared.end(session, NOW + HOUR, "Åsa", NOW + HOUR)
        with pytest.raises(LedgerError, match="täcker redan den tiden"):
            declared.start(session, ["websesam"], NOW + HOUR / 2, "Åsa", NOW + 2 * HOUR)
        second = declared.start(session, ["websesam"], NOW + 2 * HOUR, "Åsa", NOW + 2 * HOUR)
        between = windows.home_of(session, NOW + 1.5 * HOUR, marked=False)
        after = windows.home_of(session, NOW + 3 * HOUR, marked=False)
    assert between is None
    assert after is not None
    assert after.id == second.id


def test_what_is_real_ends_a_drill_and_a_drill_never_begins_in_an_outage(ledger: Engine) -> None:
    with writing(ledger) as session:
        drill = declared.start(session, ["sesam2"], NOW, "Åsa", NOW, drill=True)
        with pytest.raises(LedgerError, match="en övning pågår redan"):
            declared.start(session, ["sesam2"], NOW, "Åsa", NOW, drill=True)
        assert systems.down_now(session) == frozenset()
        real = declared.start(session, ["sesam2"], NOW, "Åsa", NOW + HOUR)
        assert drill.ended_at == NOW + HOUR
        assert declared.running(session).id == real.id
        with pytest.raises(LedgerError, match="ett driftstopp pågår redan"):
            declared.start(session, ["sesam2"], NOW, "Åsa", NOW + HOUR, drill=True)


def test_a_marked_mail_goes_to_the_drill_and_any_other_to_what_is_real(ledger: Engine) -> None:
    with writing(ledger) as session:
        drill = declared.start(session, ["sesam2"], NOW, "Åsa", NOW, drill=True)
        assert windows.home_of(session, NOW, marked=False) is None
        real = declared.start(session, ["sesam2"], NOW, "Åsa", NOW + HOUR)
        for marked, at, home in [
            (True, NOW, drill),
            (False, NOW, real),
            (True, NOW + 2 * HOUR, real),
            (False, NOW + 2 * HOUR, real),
        ]:
            found = windows.home_of(session, at, marked=marked)
            assert found is not None
            assert found.id == home.id


def test_the_systems_of_the_rules_are_the_systems_of_an_outage(ledger: Engine) -> None:
    assert tuple(System) == declared.SYSTEMS
    with reading(ledger) as session:
        for asked in (declared.running, lambda opened: declared.find(opened, None)):
            with pytest.raises(LedgerError, match="inget driftstopp"):
                asked(session)
        assert orders.listing(session) == []
