"""Every string of a mail is read, however the mail is built; what cannot be read is told."""

import base64
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.limits import Limits
from service.reading.mime import read
from service.values import Document, Paragraphs, Table, Zone

MAILS = Path(__file__).parent / "mails"
NUMBER = "420312-2382"
HEAD = b"From: Eva Lind <eva.lind@karlstad.se>\r\nDate: Mon, 12 Jan 2026 08:21:54 +0100\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n"


def document(raw: bytes) -> Document:
    return read(raw, Limits())


def swept(found: Document) -> str:
    return "\n".join(piece.text for piece in found.pieces)


def places(found: Document, text: str = NUMBER) -> list[str]:
    return [piece.where for piece in found.pieces if text in piece.text]


def laid_out(found: Document) -> str:
    texts = [b.text if isinstance(b, Paragraphs) else "\n".join(map("\t".join, b.rows)) for b in found.blocks]
    return "\n".join(texts)


def multipart(*parts: bytes, kind: bytes = b"mixed", before: bytes = b"", after: bytes = b"") -> bytes:
    body = b"".join(b"--grans\r\n" + part + b"\r\n" for part in parts)
    head = HEAD + b"Content-Type: multipart/" + kind + b"; boundary=grans\r\n\r\n"
    return head + before + b"\r\n" + body + b"--grans--\r\n" + after


def html(body: str) -> Document:
    return document(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode())


# -- the header ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("Eva Lind <Eva.Lind@karlstad.se>", "Eva Lind", "eva.lind@karlstad.se"),
        ('"Lind, Eva" <eva@kil.se>', "Lind, Eva", "eva@kil.se"),
        ("eva@kil.se", "", "eva@kil.se"),
        ("eva@kil.se (Eva Lind)", "Eva Lind", "eva@kil.se"),
        ("=?utf-8?Q?=C3=85sa_Berg?= <asa@kil.se>", "Åsa Berg", "asa@kil.se"),
        ("=?utf-8?Q?Berg=2C_=C3=85sa?= <asa@kil.se>", "Berg, Åsa", "asa@kil.se"),
        ("boss@region.se<evil@x.se>", "boss@region.se", "evil@x.se"),
        ("a@kil.se, b@kil.se", "a@kil.se, b@kil.se", ""),
        ("Eva <a@kil.se>, Bo <b@kil.se>", "Eva <a@kil.se>, Bo <b@kil.se>", ""),
        ("Eva Lind", "Eva Lind", ""),
        ("<>", "<>", ""),
        ("", "", ""),
    ],
)
def test_the_sender_is_one_address_or_none(field: str, name: str, address: str) -> None:
    envelope = document(f"From: {field}\r\nSubject: hej\r\n\r\nhej".encode()).envelope
    assert (envelope.sender_name, envelope.sender_address) == (name, address)


def test_two_senders_are_none() -> None:
    assert document(HEAD + b"From: bo@kil.se\r\n\r\nhej").envelope.sender_address == ""


def test_an_envelope_tells_its_time_its_thread_and_the_types_of_its_own_parts() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: <a@b.se>\r\n"
    inner += b"Content-Type: multipart/report; boundary=x\r\n\r\n--x--"
    raw = b"Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nReferences: <0@x>\r\n <1@x>\r\n" + multipart(inner)
    envelope = document(raw).envelope
    assert envelope.sent_at is not None
    assert envelope.sent_at.isoformat() == "2026-01-12T07:21:54+00:00"
    assert (envelope.message_id, envelope.references) == ("<2@x>", ("<0@x>", "<1@x>"))
    assert envelope.part_types == ("multipart/mixed", "message/rfc822")
    reply = document(HEAD + b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR")
    assert reply.envelope.part_types == ("text/calendar; method=reply",)


@pytest.mark.parametrize(
    "fields",
    [
        f"Subject: best {NUMBER}",
        f"Subject: ett\r\nSubject: två {NUMBER}",
        "Subject: =?utf-8?B?" + base64.b64encode(f"best {NUMBER}".encode()).decode() + "?=",
        "Subject: =?utf-8?Q?420312?=\r\n =?utf-8?Q?-2382?=",
        f"Subject: =?okand-8?Q?{NUMBER}?=",
        f"Subject: =?utf-8?B?=====?= {NUMBER}",
        f"To: {NUMBER} <a@b.se>",
        f"Cc: bo@kil.se, {NUMBER} <a@b.se>",
        f"Reply-To: {NUMBER} <a@b.se>",
        f"Comments: {NUMBER}",
        f"Keywords: {NUMBER}",
        f"Thread-Topic: {NUMBER}",
        f"Organization: {NUMBER}",
        f"inget huvud {NUMBER}\r\nSubject: hej",
    ],
)
def test_what_a_person_wrote_in_the_header_is_read(fields: str) -> None:
    assert NUMBER in swept(document(HEAD + fields.encode() + b"\r\n\r\nhej"))


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_a_header_of_raw_bytes_is_read_in_its_charset(charset: str) -> None:
    found = document(HEAD + "Subject: Beställning på lager\r\n\r\nhej".encode(charset))
    assert found.envelope.subject == "Beställning på lager"


@pytest.mark.parametrize(
    "field",
    [
        "Message-ID: <>",
        "Message-ID: [abc@@x]",
        "References: <a <b>",
        "Date: Mon, 99 Foo 2026 99:99:99 +9999",
        "Date: ",
        "Subject: =?utf-8?Q?a=0D=0ABcc=3A_x=40y?=",
        "Subject: a\x00b",
        "Content-Type: text",
        'Content-Type: text/plain; charset="utf-8',
        "Content-Type: application/pdf; name*=utf-8''%C3%28; =x",
        "Content-Transfer-Encoding: x-foo",
    ],
)
def test_an_odd_header_does_not_stop_the_rest(field: str) -> None:
    assert NUMBER in swept(document(HEAD + field.encode() + f"\r\n\r\n{NUMBER}".encode()))


def test_a_header_field_beyond_the_limit_is_told() -> None:
    found = document(HEAD + b"Subject: " + b"=?utf-8?q?=C3=A5?= " * 100_000 + b"\r\n\r\nhej")
    assert [unread.code for unread in found.unread] == ["too_large"]


# -- the text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        (b"text/plain; charset=utf-8", "Röd låda".encode(), "Röd låda"),
        (b"text/plain; charset=utf-8", "Röd låda".encode("cp1252"), "Röd låda"),
        (b"text/plain; charset=us-ascii", "Röd låda".encode("cp1252"), "Röd låda"),
        (b"text/plain; charset=iso-8859-1", "5 € – låda".encode("cp1252"), "5 € – låda"),
        (b"text/plain; charset=foo-8", "Röd låda".encode("cp1252"), "Röd låda"),
        (b"text/plain; charset=zip", "Röd låda".encode(), "Röd låda"),
        (b"text/plain", "Röd låda".encode(), "Röd låda"),
        (b"text/plain; charset=utf-16", "Röd låda".encode("utf-16"), "Röd låda"),
        (b"text/plain; charset=utf-7", b"+ADQAMgAwADMAMQAy-2382", "4203122382"),
        (b"text/plain; charset=utf-16le", b"420312-2382", "420312-2382"),
        (b"text/plain; charset=iso-8859-1", b"\x81\x8d l\xe5da", "låda"),
    ],
)
def test_a_text_is_read_in_the_charset_it_is_in(head: bytes, body: bytes, said: str) -> None:
    assert said in swept(document(HEAD + b"Content-Type: " + head + b"\r\n\r\n" + body))


def test_flowed_lines_are_joined_as_they_were_written() -> None:
    body = "Vi behöver 4 st \r\nrollatorer 50123 \r\ntill Grums.\r\n> citat \r\n> hit\r\n-- \r\nEva\r\n"
    found = document(HEAD + b"Content-Type: text/plain; format=flowed; charset=utf-8\r\n\r\n" + body.encode())
    assert laid_out(found).split("\n")[0] == "Vi behöver 4 st rollatorer 50123 till Grums."
    assert "> citat hit" in laid_out(found)
    assert "-- \nEva" in laid_out(found)
    joined = document(
        HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n420312- \r\n2382\r\n"
    )
    assert NUMBER in swept(joined)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"hej\r\nbegin 644 a.txt\r\n+-#(P,S$R+3(S.#(\r\n`\r\nend\r\n", "not_read"),
        (b"hej\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----", "encrypted"),
    ],
)
def test_what_is_packed_into_a_text_is_told(body: bytes, code: str) -> None:
    assert [unread.code for unread in document(HEAD + TEXT + b"\r\n" + body).unread] == [code]


def test_broken_base64_is_read_as_far_as_it_goes() -> None:
    body = b"Content-Transfer-Encoding: base64\r\n\r\nNDIwMzEyLTIzODI=!!!NDIw*\r\n"
    assert NUMBER in swept(document(HEAD + TEXT + body))


# -- html ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<p>420312-2382</p>",
        "<p>420<b>312</b>-<span>2382</span></p>",
        "<p>420312&#45;2382</p>",
        "<p>42&#48;312-2382</p>",
        "<p style='display:none'>420312-2382</p>",
        "<div hidden><p>420312-2382</p></div>",
        "<span style='color:#fff'>420312-2382</span>",
        "<span style='font-size:0px'>420312-2382</span>",
        "<!-- 420312-2382 -->",
        "<!--[if mso]><p>420312-2382</p><![endif]-->",
        "<![if !mso]>420312-2382<![endif]>",
        "<img alt='420312-2382'>",
        "<a title='420312-2382'>x</a>",
        "<a href='mailto:a@b.se?subject=420312%2D2382'>x</a>",
        "<img src='420312-2382.png'>",
        "<input value='420312-2382'>",
        "<p data-pat='420312-2382'>x</p>",
        "<head><title>420312-2382</title></head><body>x</body>",
        "<meta name='d' content='420312-2382'>",
        "<style>p:before{content:'420312-2382'}</style>",
        "<style>/* 420312-2382 */</style>",
        "<noscript>420312-2382</noscript>",
        "<?pi 420312-2382?>",
        "<!ODD 420312-2382>",
        "<table><tr><td>420312-2382<table><tr><td>x</td></tr></table></td></tr></table>",
        "<p>hej <!-- aldrig slut 420312-2382",
        "<p title='aldrig slut 420312-2382",
        "<div>" * 50_000 + "420312-2382",
        "<pre>420312-2382</pre>",
        "<textarea>420312-2382</textarea>",
    ],
)
def test_every_string_of_html_is_read(body: str) -> None:
    assert NUMBER in swept(html(body))


def test_a_number_parted_over_cells_is_one_text() -> None:
    assert "420312\t2382" in swept(
        html("<table><tr><td><p>420312</p></td><td> <p>2382</p></td></tr></table>")
    )


def test_hidden_text_is_screened_but_not_ordered() -> None:
    found = html("<p>Vi behöver 4 st 50123</p><p style='display:none'>och 9 st 50999</p>")
    assert "50999" not in laid_out(found)
    assert [p.zone for p in found.pieces if "50999" in p.text] == [Zone.HIDDEN]


def test_white_on_a_dark_ground_is_seen() -> None:
    assert "50123" in laid_out(html("<td style='color:#ffffff;background:#003366'>50123</td>"))


def test_a_table_keeps_its_cells_and_a_layout_becomes_text() -> None:
    rows = "<tr><th>Art.nr</th><th>Antal</th></tr><tr><td><p>50123</p></td><td> 4&nbsp;st </td></tr>"
    found = html(f"<table><tr><td><p>Hej!</p><table>{rows}</table><p>Hälsningar</p></td></tr></table>")
    text = html("<table><tr><td>Hej!</td></tr><tr><td>Vi ses</td></tr></table>")
    assert "50123\t4\xa0st" in laid_out(found) or "50123\t4 st" in laid_out(found)
    assert [type(b) for b in html(f"<table>{rows}</table>").blocks] == [Table]
    assert laid_out(text).split("\n") == ["Hej!", "Vi ses"]


def test_a_quote_is_marked_and_a_list_has_its_bullets() -> None:
    quote = "<blockquote><p>Gammalt<br>mail</p></blockquote>"
    found = html(f"<p>Tack</p><ul><li>4 st 50123</li></ul>{quote}<p>Sist</p>")
    lines = [line for line in laid_out(found).split("\n") if line.strip(" >")]
    assert lines == ["Tack", "- 4 st 50123", "> Gammalt", "> mail", "Sist"]


# -- parts --------------------------------------------------------------------------------------------


def test_one_version_of_a_text_is_ordered_and_every_version_screened() -> None:
    said = b"\r\nVi vill ha 4 st 50123"
    rich = b"Content-Type: text/html\r\n" + said + b" <i>420312-2382</i>"
    found = document(multipart(TEXT + said, rich, kind=b"alternative"))
    assert laid_out(found) == "Vi vill ha 4 st 50123"
    assert places(found) == ["mailets text"]


def test_the_version_with_a_table_is_ordered() -> None:
    rows = b"<table><tr><td>Artikel</td><td>Antal</td></tr><tr><td>50123</td><td>4</td></tr></table>"
    plain = TEXT + b"\r\nArtikel\r\n\r\nAntal\r\n\r\n50123\r\n\r\n4"
    rich = b"Content-Type: text/html\r\n\r\n" + rows
    found = document(multipart(plain, rich, kind=b"alternative"))
    assert [type(block) for block in found.blocks] == [Table]


def test_an_empty_plain_version_gives_way_to_the_html() -> None:
    rich = b"Content-Type: text/html\r\n\r\n<p>Vi vill ha 4 st 50123 till Grums, tack</p>"
    found = document(multipart(TEXT + b"\r\nSe html.", rich, kind=b"alternative"))
    assert "50123" in laid_out(found)


def test_what_stands_between_and_outside_the_parts_is_read() -> None:
    found = document(multipart(TEXT + b"\r\nhej", before=b"420312-2382", after=b"670214-5498"))
    assert places(found) == places(found, "670214-5498") == ["mailets text, mellan delarna"]


@pytest.mark.parametrize("boundary", [b"", b'; boundary=""'])
def test_a_multipart_without_a_boundary_is_swept_and_told(boundary: bytes) -> None:
    body = b"\r\n\r\n--b\r\n" + TEXT + b"\r\npnr 420312-2382\r\n--b--"
    found = document(HEAD + b"Content-Type: multipart/mixed" + boundary + body)
    assert NUMBER in swept(found)
    assert "damaged" in {unread.code for unread in found.unread}


def test_an_unfinished_multipart_is_read() -> None:
    raw = multipart(TEXT + b"\r\npnr 420312-2382").removesuffix(b"--grans--\r\n")
    assert NUMBER in swept(document(raw))


@pytest.mark.parametrize(
    "disposition",
    [
        b'Content-Disposition: attachment; filename="420312-2382.txt"',
        b'Content-Disposition: attachment; filename="=?utf-8?Q?420312-2382=2Etxt?="',
        b"Content-Disposition: attachment; filename*0*=utf-8''420312; filename*1*=-2382.txt",
        b"Content-Disposition: attachment; filename=a.txt\r\nContent-Description: 420312-2382",
        b"Content-Disposition: attachment; filename=a.txt\r\nContent-Type: text/plain; name=420312-2382.txt",
    ],
)
def test_a_file_name_is_read_in_every_way_of_writing_it(disposition: bytes) -> None:
    found = document(multipart(disposition + b"\r\n\r\nhej"))
    assert places(found) == ["filnamnet på bilaga 1"]
    assert [p.zone for p in found.pieces if NUMBER in p.text] == [Zone.NAME]


@pytest.mark.parametrize("encoding", [b"", b"base64", b"quoted-printable"])
def test_an_attached_mail_is_read_to_its_end(encoding: bytes) -> None:
    inner = HEAD + b"Subject: 670214-5498\r\n" + TEXT + b"\r\nbody 420312-2382\r\n"
    head = b"Content-Type: message/rfc822\r\n"
    if encoding:
        head += b"Content-Transfer-Encoding: " + encoding + b"\r\n"
    packed = base64.encodebytes(inner) if encoding == b"base64" else inner
    found = document(multipart(head + b"\r\n" + packed))
    assert places(found) == ["bifogat mail 1 › mailets text"]
    assert places(found, "670214-5498") == ["bifogat mail 1 › ämnesraden"]
    assert document(multipart(TEXT + b"\r\nhej")).unread == found.unread == ()


def test_a_mail_kept_as_a_file_is_read_whatever_its_type_says() -> None:
    inner = HEAD + b"Subject: hej\r\n" + TEXT + b"\r\nbody 420312-2382\r\n"
    part = (
        b"Content-Type: application/octet-stream; name=order.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    found = document(multipart(part + base64.encodebytes(inner)))
    assert places(found) == ["bilaga order.eml › mailets text"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "damaged"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "damaged"),
        (b"{\\rtf1 420312-2382", "damaged"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "not_read"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "not_read"),
        (b"MZ\x90\x00" + bytes(50), "not_read"),
        (b"-----BEGIN PGP MESSAGE-----\n", "encrypted"),
        (bytes(range(256)) * 4, "not_read"),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(50), "not_read"),
        (b"%PDF-1.7 nonsense", "damaged"),
    ],
)
@pytest.mark.parametrize("name", [b"order.txt", b"order.xlsx"])
def test_what_a_file_is_stands_in_its_bytes(data: bytes, code: str, name: bytes) -> None:
    head = b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=" + name
    part = head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)
    (unread,) = document(multipart(TEXT + b"\r\nhej", part)).unread
    assert (unread.code, unread.where) == (code, f"bilaga {name.decode()}")
    assert unread.text.endswith(".")


def test_a_calendar_is_unfolded_and_unescaped() -> None:
    body = b"\r\n\r\nBEGIN:VCALENDAR\r\nSUMMARY:4203\r\n 12-2382\r\nDESCRIPTION:hyra\\, 670214\\n5498\r\n"
    found = document(multipart(b"Content-Type: text/calendar" + body))
    assert NUMBER in swept(found)
    assert "hyra, 670214\n5498" in swept(found)
    assert not found.unread


def test_enriched_text_is_read_without_its_commands() -> None:
    body = b"\r\n\r\n<bold>420312</bold>-2382 <color><param>670214-5498</param>x</color> <<4"
    found = document(HEAD + b"Content-Type: text/enriched" + body)
    assert NUMBER in swept(found)
    assert "670214-5498" in swept(found)
    assert laid_out(found) == "420312-2382 x <4"
    assert not found.unread


def test_a_detached_signature_is_no_obstacle_but_a_sealed_mail_is() -> None:
    signature = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
    signature += b"Content-Transfer-Encoding: base64\r\n\r\n"
    packed = base64.encodebytes(b"\x30\x82" + bytes(2_000))
    assert document(multipart(TEXT + b"\r\nhej", signature + packed, kind=b"signed")).unread == ()
    sealed = HEAD + signature.replace(b"signature", b"mime") + packed
    assert [unread.code for unread in document(sealed).unread] == ["not_read"]


# -- hostile mail -------------------------------------------------------------------------------------


def nested(depth: int) -> bytes:
    raw = HEAD + TEXT + b"\r\n420312-2382"
    for _ in range(depth):
        raw = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + raw
    return raw


def test_nesting_within_the_limit_is_read_and_beyond_it_told() -> None:
    assert NUMBER in swept(document(nested(8)))
    assert document(nested(8)).unread == ()
    assert document(nested(30)).unread
    deep = document(nested(2_000))
    assert deep.unread
    assert deep.envelope.sender_address == "eva.lind@karlstad.se"


def test_more_parts_than_the_limit_are_told_once() -> None:
    found = document(multipart(*[TEXT + b"\r\nx"] * 1_000))
    assert [unread.code for unread in found.unread] == ["too_many_parts"]


def test_more_text_than_the_limit_is_told() -> None:
    found = read(HEAD + TEXT + b"\r\n" + b"x" * 200_000, Limits(text_characters=100_000))
    assert [unread.code for unread in found.unread] == ["too_large"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    document(raw)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mail_damaged_anywhere_is_still_read(data: st.DataObject) -> None:
    names = ["003-lagerflytt-saffle-grums-tabell", "029-olevererbart", "028-sv-komplettering-grums"]
    name = data.draw(st.sampled_from(names))
    raw = bytearray((MAILS / f"{name}.eml").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    document(bytes(raw))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_html_is_read(text: str) -> None:
    html(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_a_text_comes_through_as_it_was_sent(text: str) -> None:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Subject"] = "eva@kil.se", "hej"
    mail.set_content(f"x{text}x")
    mail.add_alternative(f"<p>x{text.replace('&', '&amp;').replace('<', '&lt;')}x</p>", subtype="html")
    assert f"x{text}x" in swept(document(mail.as_bytes()))
