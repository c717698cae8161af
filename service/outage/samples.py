"""One sample of each page under rules/report/, so that a template is tried before an outage needs it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from service.outage.chart import chart
from service.outage.pages import page
from service.outage.pdf import document
from service.outage.report import Report, Table
from service.outage.slips import SlipKind

_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)

REPORT = Report(
    title="Övning 1",
    state="pågår",
    drill=True,
    facts=(("Började", "2026-03-02 09.00"),),
    figures=(("Mail", "1"),),
    chart=chart([_AT], [_AT], _AT, _AT),
    tables=(Table("System", ("System",), (("Sesam 2",),)), Table("Brev", ("Läge",), ())),
    troubles=("Anmäldes 45 min efter att det började.",),
    written_at="2026-03-02 09.00",
    links=1,
    head="0" * 64,
)

_DESK = {"name": "Namn", "phone": "010"}

_SAMPLES: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("report", {"report": REPORT}),
    *(
        ("slips", {"numbers": ("B-00001", "B-00002"), "kind": kind, "drill": True, "desk": _DESK})
        for kind in SlipKind
    ),
)


def check_pages(rules: Path) -> None:
    """Fill each page as HTML and as PDF; RulesError for the first template that cannot be used."""
    for name, shown in _SAMPLES:
        page(rules, name, **shown)
        document(rules, name, _AT, **shown)
