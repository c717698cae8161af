"""t-08: registered a week late, while Sesam filled the same stock by itself: the export shows both."""

from pathlib import Path

from service.reading.sandbox import Sandbox
from tests import made
from tests.command import reservpost
from tests.office import MANAGER, PURCHASERS
from tests.outage.story import story, text_of, to
from tests.servers import MailServer

HEAD = "Ordernr;Märkning;Till lager;Artikelnr;Antal;Orderdatum;Ordertyp\n"
EXPORT = """\
800001;RP-2026-000001;Arvika buffertförråd;50123;4;2026-03-11;Manuell
800001;;Arvika buffertförråd;51022;6;2026-03-11;Manuell
800002;;Arvika buffertförråd;50123;4;2026-03-10;Automatisk påfyllnad
800003;;Arvika buffertförråd;50123;4;2026-03-11;Manuell
800003;;Arvika buffertförråd;51022;5;2026-03-11;Manuell
"""


def test_late_registration_is_found_in_the_export_and_double_refill_is_warned_of(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        desk.declare("sesam2")
        for name in ("a", "b"):
            desk.comes(made.order(f"t08-{name}").raw)
        desk.turn()
        desk.at("2026-03-02 14:00")
        desk.end()
        (told,) = to(desk.turn(), MANAGER)
        assert "Automatisk påfyllnad: kontrollera" in text_of(told)

        desk.at("2026-03-11 09:00")
        assert {letter["To"] for letter in desk.turn()} == set(PURCHASERS)
        export = tmp_path / "utdrag.csv"
        export.write_bytes((HEAD + EXPORT).encode("cp1252"))
        settings = ("--settings", str(tmp_path / "settings.toml"))
        rows = reservpost(*settings, "reconcile", str(export), "--by", "Eva", "--json").rows
        assert {(row["number"][-1], row["match"], row["sesam_number"]) for row in rows} == {
            ("1", "sure", "800001"),
            ("1", "refilled_twice", "800002"),
            ("2", "near", "800003"),
            ("2", "refilled_twice", "800002"),
        }
        assert "50123" in next(row["why"] for row in rows if row["match"] == "refilled_twice")
        assert desk.row("RP-2026-000001").sesam_number == "800001"
        assert desk.row("RP-2026-000002").state == "pending"

        # A second registration of the first row by another person is told at the next reconciling.
        desk.answers(PURCHASERS[0], "RP-2026-000002 registrerad 800003")
        desk.turn()
        export.write_text(
            HEAD + EXPORT + "800009;RP-2026-000001;Arvika;50123;4;2026-03-12;Manuell\n", "utf-8"
        )
        again = reservpost(*settings, "reconcile", str(export), "--json").rows
        twice = [(row["number"], row["sesam_number"]) for row in again if row["match"] == "registered_twice"]
        assert twice == [("RP-2026-000001", "800009")]
        assert "sure" not in {row["match"] for row in again}
