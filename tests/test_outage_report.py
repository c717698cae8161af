"""The report, the chart in it and the incident list: right, whole, and without a word of a mail."""

import html
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlmodel import Session

from service.errors import RulesError
from service.ledger import journal
from service.outage import declared, incidents, samples
from service.outage.chart import HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from service.outage.pages import page
from service.outage.pdf import document
from service.outage.report import Report, find_report, report, span
from service.outage.slips import SlipKind
from service.settings import shipped_rules
from service.values import Certainty, Decision, Judgement, Kind, Reason, Zone
from tests.command import fill, made_desk, reservpost
from tests.office import OFFICE, desk_session, outage, owed, swedish

BEGAN, NOW = swedish("2026-03-02 08:00"), swedish("2026-03-02 12:00")
HOUR = timedelta(hours=1)
WORDS = incidents.load_words(shipped_rules())
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def rejected(session: Session, uid: int, *codes: str, review: bool = False) -> None:
    """Write a rejected mail, or one that a person rejects an hour later."""
    digest = f"{uid:064x}"
    row = journal.receive(session, [journal.Arrival(1, uid, digest, BEGAN)], BEGAN)[digest]
    sure = Certainty.POSSIBLE if review else Certainty.CERTAIN
    reasons = tuple(Reason(code, sure, "hemlig.xlsx", code, "Ett fynd.", Zone.BODY) for code in codes)
    decision = Decision.FLAGGED if review else Decision.REJECTED
    journal.record(session, row.id or 0, Judgement(decision, Kind.OTHER, reasons), BEGAN + HOUR)
    if review:
        journal.settle_review(session, row.id or 0, journal.Review.REJECTED, "Åsa", BEGAN + 2 * HOUR)


def test_the_incident_list_counts_sorts_and_hours_and_tells_nothing_else() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        rejected(session, 1, "personnummer", "patient_name", "personnummer")
        rejected(session, 2, "patient_name")
        rejected(session, 3, "initials", review=True)
        found = incidents.listing(session)
    assert incidents.sums(found) == {"patient_name": 2, "personnummer": 1, "initials": 1}
    assert found[0].sorts == {"personnummer": 2, "patient_name": 1}
    assert [each.known_at for each in found] == [BEGAN + HOUR, BEGAN + HOUR, BEGAN + 2 * HOUR]
    assert found[0].due_at == BEGAN + 73 * HOUR
    assert found[0].told_left(BEGAN + HOUR) == "72 h"
    assert found[0].told_left(BEGAN + 72.5 * HOUR) == "0 h"
    assert found[0].told_left(BEGAN + 73 * HOUR) == "–"
    assert WORDS.of("no_such_sort") == "personuppgifter"


def test_incidents_are_listed_for_people_and_for_programs_and_an_empty_list_says_so(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    assert desk("incidents", "list").out == "Inga mail har avvisats.\n"
    assert desk("incidents", "list", "--json").rows == []


def test_a_report_of_an_outage_with_nothing_in_it_is_whole() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        number, told = find_report(session, shipped_rules(), None, NOW)
    shown = page(shipped_rules(), "report", report=told)
    assert number == 1
    for said in (
        "Driftstopp 1",
        "Pågår",
        "Inga mail har avvisats.",
        "Ingenting väntar.",
        "Inget är noterat.",
    ):
        assert said in shown
    assert "<script" not in shown
    assert "http" not in shown


def test_a_report_shows_what_waits_longest_first_and_escapes_what_people_typed() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        row = declared.find(session, 1)
        row.note, row.declared_by = "<b>fet</b>", "Åsa & Bo"
        owed(session, BEGAN + HOUR, outage_id=1)
        owed(
            session,
            BEGAN + 2 * HOUR,
            Kind.WORK_ORDER,
            outage_id=1,
            owner="prescriber",
            system="visma-websesam",
        )
        told = report(session, row, WORDS, NOW)
    shown = page(shipped_rules(), "report", report=told)
    waiting = next(table for table in told.tables if table.title == "Väntar på registrering")
    assert [line[0] for line in waiting.rows] == ["RP-2026-000001", "RP-2026-000002"]
    assert waiting.rows[1][2:] == ("förskrivaren", "Visma webSesam", "2 h 01 min")
    assert "&lt;b&gt;fet&lt;/b&gt;" in shown
    assert "Åsa &amp; Bo" in shown
    assert "Rollator" not in shown


def test_a_page_that_cannot_be_filled_is_told_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    with pytest.raises(RulesError, match=r"report/slips\.html\.j2"):
        page(tmp_path, "slips")
    (tmp_path / "report" / "slips.html.j2").write_text("{{ numbers[0] }", encoding="utf-8")
    with pytest.raises(RulesError, match="rätta mallen"):
        page(tmp_path, "slips", numbers=["B-00001"])


@given(
    st.lists(moments, max_size=20),
    st.lists(moments, max_size=20),
    moments,
    st.timedeltas(timedelta(), 300 * 24 * HOUR),
)
def test_the_chart_rises_by_one_for_each_and_stays_in_its_frame(
    came: list[datetime], done: list[datetime], start: datetime, length: timedelta
) -> None:
    drawn = chart(came, done[: len(came)], start, start + length)
    for points, count in ((drawn.came, len(came)), (drawn.done, min(len(done), len(came)))):
        pairs = [tuple(map(float, point.split(","))) for point in points.split()]
        assert len(pairs) == 2 * count + 2
        assert all(LEFT <= across <= WIDTH - RIGHT and TOP <= up <= HEIGHT for across, up in pairs)
        assert pairs == sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    assert [tick.at for tick in drawn.times] == sorted(tick.at for tick in drawn.times)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 h 05 min"),
        (timedelta(days=2, hours=4, minutes=59), "2 dygn 4 h"),
    ],
)
def test_a_length_of_time_is_said_as_people_do(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_the_drawing_in_the_page_is_well_formed() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2")
        owed(session, BEGAN + HOUR, outage_id=1)
        _, told = find_report(session, shipped_rules(), 1, NOW)
    shown = page(shipped_rules(), "report", report=told)
    drawing = re.search(r"<svg.*?</svg>", shown, re.DOTALL)
    assert drawing
    assert len(ElementTree.fromstring(drawing[0]).findall("polyline")) == 2


def told_report(note: str = "", rows: int = 3) -> Report:
    """Return the report of a running outage with owed rows, rejected mails and troubles."""
    with desk_session() as session:
        outage(session, BEGAN, "sesam2", "visma-websesam")
        row = declared.find(session, 1)
        row.note, row.declared_at = note, BEGAN + HOUR
        for number in range(rows):
            kind = Kind.WORK_ORDER if number % 2 else Kind.STOCK_TRANSFER
            owed(session, BEGAN + number * timedelta(seconds=20), kind, outage_id=1)
        rejected(session, 1, "personnummer", "patient_name")
        return report(session, row, WORDS, NOW)


def texts(content: bytes) -> list[str]:
    """Return what can be read of each page; A4 all of them."""
    with pypdfium2.PdfDocument(content) as pdf:
        pages = list(pdf)
        assert {tuple(map(round, each.get_size())) for each in pages} == {(595, 842)}
        return [each.get_textpage().get_text_range() for each in pages]


def signs(text: str) -> str:
    """Return the text without what a line may be broken with."""
    return re.sub(r"[\s\u200b\u00ad\ufffe\x02-]", "", text)


def said_in(told: Report) -> Iterator[str]:
    """Give each text that the report has to tell."""
    yield from (told.title, told.state.capitalize(), told.head, told.written_at, *told.troubles)
    for pair in (*told.facts, *told.figures):
        yield from pair
    for table in told.tables:
        yield table.title
        yield from (
            (*table.heads, *(cell for row in table.rows for cell in row)) if table.rows else (table.empty,)
        )


def test_the_pdf_tells_all_that_the_page_does() -> None:
    told = told_report("Strömavbrott i driftcentralen")
    paper = signs("".join(texts(document(shipped_rules(), "report", NOW, report=told))))
    screen = signs(html.unescape(page(shipped_rules(), "report", report=told)))
    missing = [said for said in said_in(told) if signs(said) not in paper or signs(said) not in screen]
    assert missing == []
    assert "ÖVNING" not in paper


@pytest.mark.parametrize(
    "note",
    [
        "#panic(1) $x^2$ *fet* _kursiv_ <etikett> @hänvisning \\ `kod` // kvar /* kvar */ = rubrik",
        "~ -- --- ... 'enkla' \"dubbla\" [hak] {klammer} - lista + lista",
        "https://exempel.se/" + "långt" * 60,
        "♿ ☺ ✓ → łódź Ђ",
        "é med lös accent: e\u0301",
    ],
)
def test_what_people_typed_is_no_markup_in_the_pdf(note: str) -> None:
    said = signs("".join(texts(document(shipped_rules(), "report", NOW, report=told_report(note)))))
    assert signs(note) in said


def test_another_script_is_kept_and_a_sign_that_no_typeface_has_is_told_by_its_number() -> None:
    said = "".join(texts(document(shipped_rules(), "report", NOW, report=told_report("😀 och 漢, مرحبا"))))
    assert set("مرحبا") <= set(said)
    assert "[U+1F600] och [U+6F22]" in said


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_noted_becomes_a_pdf(note: str) -> None:
    told = replace(samples.REPORT, facts=(("Not", note),), troubles=(note,))
    assert document(shipped_rules(), "report", NOW, report=told)


def test_five_hundred_rows_stand_once_each_under_heads_on_every_page() -> None:
    pages = texts(document(shipped_rules(), "report", NOW, report=told_report(rows=500)))
    numbers = re.findall(r"RP-2026-\d{6}", "".join(pages))
    assert numbers == [f"RP-2026-{number:06d}" for number in range(1, 501)]
    assert all("Registreras av" in each for each in pages if "RP-2026-" in each)
    assert [f"Sida {number} av {len(pages)}" in each for number, each in enumerate(pages, 1)] == [True] * len(
        pages
    )


def test_an_empty_report_and_a_drill_are_whole_as_pdf() -> None:
    with desk_session() as session:
        outage(session, BEGAN, "sesam2", drill=True)
        _, told = find_report(session, shipped_rules(), None, NOW)
    said = "".join(texts(document(shipped_rules(), "report", NOW, report=told)))
    for words in (
        "Övning 1",
        "ÖVNING: inget av detta är på riktigt",
        "Ingenting väntar.",
        "Inget är noterat.",
    ):
        assert words in said


def test_the_pdf_is_for_the_archive_and_for_being_read_aloud_and_the_same_each_time() -> None:
    told = told_report("Not")
    content = document(shipped_rules(), "report", NOW, report=told)
    assert document(shipped_rules(), "report", NOW, report=told) == content
    assert document(shipped_rules(), "report", NOW + HOUR, report=told) != content
    pdf = PdfReader(io.BytesIO(content))
    for mark in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"):
        assert mark in content
    assert pdf.metadata
    assert (pdf.metadata.title, pdf.metadata.creation_date) == ("Driftstopp 1", NOW)
    assert str(pdf.root_object["/Lang"]) == "sv"


@pytest.mark.parametrize("kind", SlipKind)
def test_fifty_slips_are_twenty_five_sheets_with_running_numbers(kind: SlipKind) -> None:
    numbers = [f"ÖVN-B-{number:05d}" for number in range(1, 51)]
    shown = {"numbers": numbers, "kind": kind.value, "drill": True, "desk": OFFICE.desk}
    pages = texts(document(shipped_rules(), "slips", NOW, **shown))
    assert [re.findall(r"ÖVN-B-\d{5}", each) for each in pages] == [
        numbers[first : first + 2] for first in range(0, 50, 2)
    ]
    # What both forms ask for is the same, and is never about a patient.
    screen = page(shipped_rules(), "slips", **shown)
    labels = [*re.findall(r"<span>(.+?)</span>", screen), *re.findall(r"<th[^>]*>(.+?)</th>", screen)]
    assert [label for label in labels if signs(label) not in signs(pages[0])] == []
    assert "personnummer" not in pages[0].casefold()


@pytest.mark.parametrize("kind", SlipKind)
def test_each_slip_keeps_to_its_half_of_the_sheet(kind: SlipKind) -> None:
    desk = {"name": "Hjälpmedelsservice i Region Värmland, Karlstad", "phone": "010-831 00 00, 010-831 00 01"}
    shown = {"numbers": ["B-00001", "B-00002"], "kind": kind.value, "drill": True, "desk": desk}
    with pypdfium2.PdfDocument(document(shipped_rules(), "slips", NOW, **shown)) as pdf:
        text = pdf[0].get_textpage()
        ends = [
            text.get_charbox(found.start())[1]
            for found in re.finditer("Registrerat av", text.get_text_range())
        ]
        assert len(ends) == 2
        assert ends[0] - 8 > pdf[0].get_height() / 2 > ends[1] > 20


def test_an_odd_slip_has_a_sheet_of_its_own() -> None:
    shown = {
        "numbers": ["B-00001", "B-00002", "B-00003"],
        "kind": "order",
        "drill": False,
        "desk": OFFICE.desk,
    }
    assert len(texts(document(shipped_rules(), "slips", NOW, **shown))) == 2


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules, to spoil."""
    return Path(shutil.copytree(shipped_rules(), tmp_path / "rules"))


@pytest.mark.parametrize(
    ("template", "content", "said"),
    [
        (
            "slips.typ",
            "\n#nummer",
            "slips.typ, rad 2: unknown variable: nummer; rätta mallen eller återställ",
        ),
        ("report.typ", '#set document(title: "x")\n\n#(1 +', "report.typ, rad 3: "),
        ("report.typ", "utan titel", "report.typ: PDF/UA-1 error: missing document title"),
        ("report.typ", '#read("../kinds.yaml")', "would escape"),
        ("report.typ", '#read("/etc/passwd")', "file not found"),
        ("report.typ", "\udcff", "UTF-8"),
        ("report.typ", None, "report.typ"),
        ("report.html.j2", "{{ report.titel }}", "report.html.j2"),
        ("report.html.j2", "\udcff", "report.html.j2"),
    ],
)
def test_a_template_that_cannot_be_used_is_found_by_the_check_of_the_rules(
    rules: Path, template: str, content: str | None, said: str
) -> None:
    file = rules / "report" / template
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8", errors="surrogateescape")
    told = reservpost("rules", "check", "--folder", str(rules)).fault
    assert said in told
    assert "rätta mallen eller återställ filen" in told


def test_the_ending_decides_the_form_and_without_one_the_report_is_written_as_both(tmp_path: Path) -> None:
    desk, bare = made_desk(tmp_path), tmp_path / "stopp-2026.03"
    fill(desk)
    both = [f"{bare}.html", f"{bare}.pdf"]
    assert desk("outage", "report", "--out", str(bare)).out == f"{both[0]} och {both[1]}: rapporten\n"
    assert "<h1>Driftstopp 1</h1>" in Path(both[0]).read_text(encoding="utf-8")
    assert "Driftstopp 1" in texts(Path(both[1]).read_bytes())[0]
    one = tmp_path / "enbart.PDF"
    assert desk("outage", "report", "--out", str(one)).out == f"{one}: rapporten\n"
    slips = tmp_path / "b.pdf"
    assert desk("outage", "slips", "--count", "3", "--out", str(slips)).code == 0
    assert len(texts(slips.read_bytes())) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".html") == [
        "stopp-2026.03.html"
    ]
