import asyncio
import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service.demo.address import HOST
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import LetterRow
from service.letters import outbox
from service.letters.compose import Letter
from service.letters.delivery import drain
from service.letters.post import Outcome, Post, Refused, Relay, Sent, TryLater, build
from tests import servers

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LONG_ID = f"<{'a' * 120}@mail.karlstad.se>"


def relay(sink: servers.Sink, **changes: Any) -> Relay:
    base: dict[str, Any] = {
        "host": HOST,
        "port": sink.port,
        "tls": "starttls",
        "user": "",
        "password": "",
        "ca_file": sink.ca_file,
        "timeout_seconds": 5,
        "sender": "desk@region.se",
    }
    return Relay(**(base | changes))


def letter(number: int = 1, to: str = "eva@karlstad.se", subject: str = "Mottagen beställning") -> LetterRow:
    return LetterRow(
        id=number,
        dedupe_key=str(number),
        kind="accepted",
        recipient=to,
        header_id=f"<{number}@region.se>",
        in_reply_to=LONG_ID,
        references=f"<b@c.se> {LONG_ID}",
        state="queued",
        queued_at=NOW,
        due_at=NOW,
        subject=subject,
        text="Hej å\n",
        html="<p>Hej å</p>",
    )


def send(post: Post, *letters: LetterRow) -> list[Outcome]:
    async def all_of_them() -> list[Outcome]:
        outcomes = [await post.send(each) for each in letters]
        await post.close()
        return outcomes

    return asyncio.run(all_of_them())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Engine]:
    engine = open_ledger(tmp_path / "ledger.db")
    with writing(engine) as session:
        for number, to in enumerate(("a@kil.se", "b@kil.se", "c@kil.se")):
            written = Letter("accepted", to, "Ämne", "text", "<p>text</p>")
            outbox.enqueue(session, written, str(number), None, "region.se", NOW)
    yield engine
    engine.dispose()


def test_letters_go_out_on_one_connection_from_the_null_sender(sink: servers.Sink) -> None:
    assert send(Post(relay(sink)), letter(1), letter(2)) == [Sent(), Sent()]
    assert [each.message_id for each in sink.letters] == ["<1@region.se>", "<2@region.se>"]
    assert (sink.letters[0].sender, sink.letters[0].recipients) == ("", ("eva@karlstad.se",))
    assert sink.sessions == 1


def test_a_letter_says_that_it_is_automatic_and_keeps_long_message_ids_whole(sink: servers.Sink) -> None:
    send(Post(relay(sink)), letter())
    raw = sink.letters[0].raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert f"In-Reply-To: {LONG_ID}".encode() in raw
    assert f"References: <b@c.se> {LONG_ID}".encode() in raw
    assert [mail[name] for name in ("From", "To", "Auto-Submitted", "X-Auto-Response-Suppress")] == [
        "desk@region.se", "eva@karlstad.se", "auto-replied", "All",
    ]  # fmt: skip
    assert (mail["Subject"], mail["Content-Language"]) == ("Mottagen beställning", "sv")
    assert "Mon, 02 Mar 2026 08:00:00" in mail["Date"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Hej å"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 try later", TryLater("451")),
        ("550 unknown", Refused("550")),
        ("421 closing", TryLater("421")),
        ("530 sign in first", TryLater("530")),
    ],
)
def test_a_servers_answer_becomes_a_short_code_and_the_next_letter_goes(
    sink: servers.Sink, answer: str, outcome: Outcome
) -> None:
    sink.answers["x@kil.se"] = answer
    assert send(Post(relay(sink)), letter(1, "x@kil.se"), letter(2)) == [outcome, Sent()]


def test_a_connection_lost_after_data_is_tried_later_with_the_same_message_id(sink: servers.Sink) -> None:
    sink.drop_after_data = 1
    first, second = send(Post(relay(sink)), letter(), letter())
    assert (type(first), second) == (TryLater, Sent())
    assert {each.message_id for each in sink.letters} == {"<1@region.se>"}


def test_a_server_that_is_down_is_tried_later(sink: servers.Sink) -> None:
    post = Post(relay(sink, port=servers.free_port()))
    assert send(post, letter()) == [TryLater("connect")]
    assert post.trouble == "connect"


def test_a_server_without_starttls_gets_nothing_in_plain_text(tmp_path: Path) -> None:
    with servers.smtp_sink(tmp_path / "plain", starttls=False) as plain:
        assert send(Post(relay(plain)), letter()) == [TryLater("no-tls")]
        assert plain.letters == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(sink: servers.Sink) -> None:
    assert send(Post(relay(sink, ca_file=None)), letter()) == [TryLater("tls")]
    assert sink.letters == []


def test_a_failed_sign_in_is_tried_later_and_shown(sink: servers.Sink) -> None:
    post = Post(relay(sink, user="desk", password="wrong"))
    assert send(post, letter()) == [TryLater("auth")]
    assert post.trouble == "auth"


def test_a_missing_certificate_file_is_told(sink: servers.Sink, tmp_path: Path) -> None:
    assert asyncio.run(Post(relay(sink, ca_file=tmp_path / "gone.pem")).probe()) == "ca-file"


@pytest.mark.parametrize("broken", ["Ämne\r\nBcc: x@y.se", "Ämne\nBcc: x@y.se"])
def test_a_line_break_in_a_header_is_refused(sink: servers.Sink, broken: str) -> None:
    assert send(Post(relay(sink)), letter(subject=broken)) == [Refused("message")]
    with pytest.raises(ValueError, match="linefeed"):
        build(letter(subject=broken), "desk@region.se")


def test_draining_settles_each_letter_once(ledger: Engine, sink: servers.Sink) -> None:
    sink.answers["b@kil.se"] = "550 unknown"
    assert asyncio.run(drain(ledger, Post(relay(sink)), 20, lambda: NOW)) == 3
    assert asyncio.run(drain(ledger, Post(relay(sink)), 20, lambda: NOW)) == 0
    with reading(ledger) as session:
        assert [row.state for row in outbox.listing(session)] == ["sent", "dead", "sent"]
    assert [each.recipients for each in sink.letters] == [("a@kil.se",), ("c@kil.se",)]


def test_draining_stops_at_the_first_letter_when_the_server_is_down(
    ledger: Engine, sink: servers.Sink
) -> None:
    post = Post(relay(sink, port=servers.free_port()))
    assert asyncio.run(drain(ledger, post, 20, lambda: NOW)) == 1
    with reading(ledger) as session:
        assert [row.attempts for row in outbox.listing(session)] == [1, 0, 0]


def test_when_the_server_is_back_the_letters_that_wait_go_with_the_first_one(
    ledger: Engine, tmp_path: Path
) -> None:
    with servers.smtp_sink(tmp_path / "sink") as gone:
        post = Post(relay(gone))
    for minutes in range(0, 300, 10):
        assert states(ledger, post, NOW + timedelta(minutes=minutes)) == ["queued"] * 3
    later = NOW + timedelta(minutes=291)
    with writing(ledger) as session:
        fresh = Letter("accepted", "d@kil.se", "Ämne", "text", "<p>text</p>")
        outbox.enqueue(session, fresh, "fresh", None, "region.se", later)
    with servers.smtp_sink(tmp_path / "sink", port=gone.port) as back:
        back.answers["b@kil.se"] = "451 greylisted"
        assert states(ledger, post, later) == ["sent", "queued", "sent", "sent"]
    assert [each.recipients[0] for each in back.letters] == ["d@kil.se", "a@kil.se", "c@kil.se"]


def states(ledger: Engine, post: Post, now: datetime) -> list[str]:
    """Empty the outbox as far as that goes; return how each letter stands."""

    async def drained() -> None:
        await drain(ledger, post, 20, lambda: now)
        await post.close()

    asyncio.run(drained())
    with reading(ledger) as session:
        return [row.state for row in outbox.listing(session)]


def test_a_letter_that_answers_no_mail_carries_its_workbook_and_says_so(sink: servers.Sink) -> None:
    digest = letter()
    digest.in_reply_to = digest.references = ""
    digest.attachment_name, digest.attachment = "Att registrera.xlsx", b"PK\x03\x04 \x00 bok"
    assert send(Post(relay(sink)), digest) == [Sent()]
    mail = email.message_from_bytes(sink.letters[0].raw, policy=email.policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    (beside,) = mail.iter_attachments()
    assert (beside.get_filename(), beside.get_content()) == (digest.attachment_name, digest.attachment)
    assert [part.get_content_type() for part in mail.walk()][1:4] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
