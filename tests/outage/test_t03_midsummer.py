"""t-03: everything is down over Midsummer, and nobody is at the desk."""

from pathlib import Path

from service.reading.sandbox import Sandbox
from tests import made
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def test_what_comes_over_midsummer_waits_with_its_own_times_and_nobody_is_nagged_meanwhile(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-06-18 16:30")
        outage = desk_work.declare(desk, "sesam2", "websesam", "visma-websesam")
        for day in ("2026-06-19 10:00", "2026-06-20 11:00", "2026-06-21 09:00"):
            desk.at(day)
            desk.comes(made.order(f"t03-{day[8:10]}").raw)
            desk.turn()
        desk.comes(made.personal("t03").raw)
        desk.turn()
        # Midsummer's Eve, the day and the Sunday: nobody works.
        reminders = [letter for letter in desk.turn(minutes=60) if letter["Subject"].startswith("Påminnelse")]
        assert reminders == []

        desk.at("2026-06-22 09:00")
        desk.end()
        desk.turn()
        report = desk_work.told(desk, outage)
        figures = dict(report.figures)
        assert figures["Mail"] == "4"
        assert figures["Registrerat eller makulerat"] == "0 av 3"
        assert figures["Längsta väntan på registrering"] == "2 dygn 23 h"
        clock = next(table for table in report.tables if "72 timmar" in table.title)
        assert [row[3:] for row in clock.rows] == [
            (
                "2026-06-24 09.04",
                "48 h",
                "ett personnummer eller liknande",
            )
        ]
        desk_work.register(desk, *desk_work.numbers(desk))
        desk.turn()
        assert desk_work.close(desk, outage).mails == {"accepted": 3, "rejected": 1}
