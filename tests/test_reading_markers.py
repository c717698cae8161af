"""Nothing hides: each place of each format where text can stand is read, from the mail to its pieces."""

from email.message import EmailMessage
from functools import cache

import pytest

from service.limits import Limits
from service.reading.mime import read
from service.values import Document
from tests.marked_files import MAKERS, made

TYPES = {"a.enriched": "text/enriched", "a.eml": "message/rfc822"}
MARKERS = [(name, marker) for name, (_, markers) in MAKERS.items() for marker in markers]


@cache
def document_of(name: str) -> Document:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "eva@karlstad.se", "fil"
    mail.set_content("Se filen.")
    mail.add_attachment(made(name), maintype="application", subtype="octet-stream", filename=name)
    raw = mail.as_bytes().replace(
        b"application/octet-stream", TYPES.get(name, "application/octet-stream").encode()
    )
    return read(raw, Limits())


@pytest.mark.parametrize(("name", "marker"), MARKERS)
def test_every_hiding_place_is_read(name: str, marker: str) -> None:
    assert any(marker in piece.text for piece in document_of(name).pieces)


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_that_is_read_whole_leaves_nothing_to_a_person(name: str) -> None:
    assert document_of(name).unread == ()


def test_the_markers_are_many() -> None:
    assert len(MARKERS) >= 250
    assert len({name.partition(".")[2] for name in MAKERS}) >= 15
