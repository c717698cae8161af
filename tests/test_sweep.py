"""What was read of a mail can be listed without showing any of it."""

from pathlib import Path

from typer.testing import CliRunner

from service.cli.app import app
from service.intake.sweep import shape, swept
from service.values import Document, Envelope, Piece, Unread, Zone

MAIL = Path(__file__).parent / "mails" / "261-xlsx-dold-flik.eml"


def test_a_shape_tells_letters_and_digits_and_nothing_more() -> None:
    assert shape("Åsa 420312-2389,\n st") == "xxx 999999-9999, xx"


def test_a_place_that_quotes_a_number_is_blotted() -> None:
    piece, part = Piece("x", "bilaga 420312-2389.xlsx", Zone.BODY), Unread("not_read", "bilaga 4", "Nej.")
    found = swept(Document(Envelope(), (piece,), (), (part,)))
    assert found.pieces[0][0] == "bilaga ….xlsx"
    assert found.unread == (("bilaga 4", "Nej."),)


def test_the_command_lists_a_hidden_sheet_and_shows_no_text() -> None:
    told = CliRunner().invoke(app, ["check", "--pieces", str(MAIL)])
    assert told.exit_code == 0
    assert "blad 'Underlag' (dolt)" in told.output
    assert "999999-9999" in told.output or "99999999-9999" in told.output
