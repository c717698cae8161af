"""The report and the slips as PDF/A: all that the page tells, with no markup in it, each time the same."""

import html
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.outage import declared, samples
from service.outage.pages import page
from service.outage.pdf import document
from service.outage.report import Report, find_report, report
from service.outage.slips import SlipKind
from service.settings import shipped_rules
from service.values import Kind
from tests.command import fill, made_desk, reservpost
from tests.office import OFFICE, desk_session, outage, owed
from tests.test_outage_report import BEGAN, HOUR, NOW, WORDS, rejected


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
