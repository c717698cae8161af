"""`reservpost check`: its contract, and that nothing found is ever shown."""

import json
import os
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests import made
from tests.command import Ran, reservpost

MAILS = Path(__file__).parent / "mails"
COMMAND = [sys.executable, "-c", "from service.cli.app import main; main()", "check"]
REASON = {"code", "certainty", "where", "rule", "text"}
ORDER = {
    "kind", "from_stock", "to_stock", "facility", "requested_date", "urgent", "customer_number", "lines",
    "leftover", "delivery", "fields",
}  # fmt: skip
LINE = {"article_number", "description", "quantity", "unit", "confidence", "where", "fields"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One mail of each sort as a file."""
    folder = tmp_path_factory.mktemp("mails")
    names = ("order", "personal", "unreadable", "foreign", "automatic")
    for name, mail in zip(names, made.one_of_each("a"), strict=True):
        (folder / f"{name}.eml").write_bytes(mail.raw)
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> Ran:
    return reservpost("check", "--json", *map(str, sorted(folder.glob("*.eml"))))


def test_each_file_is_one_object_in_the_order_given_and_exit_0(folder: Path, told: Ran) -> None:
    assert told.err == ""
    assert [row["file"] for row in told.rows] == sorted(path.name for path in folder.glob("*.eml"))
    decisions = {row["file"]: row["decision"] for row in told.rows}
    assert decisions == {
        "order.eml": "accepted",
        "personal.eml": "rejected",
        "unreadable.eml": "flagged",
        "foreign.eml": "flagged",
        "automatic.eml": "ignored",
    }


def test_an_object_holds_what_the_contract_names_and_nothing_else(told: Ran) -> None:
    for row in told.rows:
        assert set(row) == {"file", "decision", "kind", "reasons", "orders", "elapsed_ms"}
        assert isinstance(row["elapsed_ms"], int)
        for reason in row["reasons"]:
            assert set(reason) == REASON
            assert reason["certainty"] in ("certain", "possible", None)
        for order in row["orders"]:
            assert set(order) == ORDER
            assert all(set(line) == LINE for line in order["lines"])
    assert {row["decision"] for row in told.rows if row["orders"]} == {"accepted"}


def test_what_was_found_is_shown_nowhere(folder: Path, told: Ran) -> None:
    shown = told.out + reservpost("check", str(folder / "personal.eml")).out
    assert "19420312" not in shown
    assert "2389" not in shown


def test_a_found_number_in_a_file_name_is_not_shown_by_its_place(tmp_path: Path) -> None:
    mail = made.letter_from("karin@karlstad.se", "n", made.ORDER)
    mail.add_attachment("a;b\n", subtype="csv", filename="lista 19420312-2389.csv")
    file = tmp_path / "name.eml"
    file.write_bytes(mail.as_bytes())
    told = reservpost("check", "--json", str(file))
    assert told.rows[0]["decision"] == "rejected"
    assert "19420312" not in told.out + reservpost("check", str(file)).out


def test_people_read_the_decision_why_and_the_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = reservpost("check", *map(str, sorted(folder.glob("*.eml"))))
    assert (told.code, told.err) == (0, "")
    assert "personal.eml: AVVISAD" in told.out
    assert "  säkert: " in told.out
    assert "order.eml: MOTTAGEN (lagerflytt)" in told.out
    assert "│ 4 st 50123 Rollator Carl-Oskar" in told.out
    assert max(map(len, told.out.splitlines())) <= 80


def test_a_hostile_line_cannot_steer_the_terminal(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "malin@arvika.se", "Lagerflytt"
    body = made.ORDER.replace("Carl-Oskar", "Carl-Oskar\x1b]0;titel\x07\x1b[2J")
    file = tmp_path / "hostile.eml"
    file.write_bytes(mail.as_bytes() + b"\n" + body.encode())
    shown = reservpost("check", str(file)).out
    assert all(sign.isprintable() or sign == "\n" for sign in shown)


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 5_000, b"\xff\xfe" * 500, b"From: \r\n\r\n\r\n"])
def test_an_empty_or_odd_file_is_judged_and_never_accepted(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.eml"
    file.write_bytes(content)
    (row,) = reservpost("check", "--json", str(file)).rows
    assert row["decision"] == "flagged"


def test_a_file_above_the_limit_is_flagged_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.eml"
    with file.open("wb") as large:
        large.truncate(30_000_001)
    (row,) = reservpost("check", "--json", str(file)).rows
    assert (row["decision"], row["reasons"][0]["code"]) == ("flagged", "too_large")


def test_a_name_that_is_no_utf8_is_judged(tmp_path: Path, folder: Path) -> None:
    file = os.fsencode(tmp_path) + b"/\xff.eml"
    with open(file, "wb") as odd:  # noqa: PTH123 -- a path of bytes
        odd.write((folder / "order.eml").read_bytes())
    done = subprocess.run([*map(os.fsencode, COMMAND), b"--json", file], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["decision"] == "accepted"


@pytest.mark.parametrize(
    ("name", "said"),
    [("saknas.eml", "filen finns inte"), (".", "är ingen vanlig fil"), ("fifo", "vanlig fil")],
)
def test_what_is_no_file_is_a_misuse_and_no_file_is_judged(
    tmp_path: Path, folder: Path, name: str, said: str
) -> None:
    os.mkfifo(tmp_path / "fifo")
    told = reservpost("check", str(folder / "order.eml"), str(tmp_path / name))
    assert (told.code, told.out) == (2, "")
    assert said in told.fault


def test_ctrl_c_ends_a_long_check_at_once(folder: Path) -> None:
    many = [str(folder / "order.eml")] * 3_000
    with subprocess.Popen([*COMMAND, *many], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate(timeout=30)
    assert time.monotonic() - began < 20
    assert (process.returncode, said) == (130, b"")


def test_a_reader_that_has_gone_ends_it_without_a_word(folder: Path) -> None:
    many = [str(folder / "order.eml")] * 500
    with subprocess.Popen([*COMMAND, *many], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 1
        assert process.stderr is not None
        assert process.stderr.read() == b""
