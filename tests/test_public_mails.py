"""Mails that nobody here wrote are judged without a crash, and no bounce is accepted or answered.

They come with Python's own tests and with the source of flufl.bounce, which `.ci/run` fetches by its hash
into the folder that PUBLIC_MAILS names; neither is kept here.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from service.values import Decision
from tests.test_mails import judged

SPEC = find_spec("test")  # a distribution may leave it out
BOUNCES = os.environ.get("PUBLIC_MAILS", "")
MAILS = [
    path
    for folder in (SPEC.submodule_search_locations or () if SPEC else ())
    for path in sorted(Path(folder, "test_email", "data").glob("msg_*.txt"))
]
SAMPLES = sorted(Path(BOUNCES).rglob("data/*.txt")) if BOUNCES else []


@pytest.mark.parametrize("path", [*MAILS, *SAMPLES], ids=lambda path: path.stem)
def test_a_mail_of_others_is_judged_and_neither_accepted_nor_answered(path: Path) -> None:
    judgement = judged(path)
    assert judgement.decision is not Decision.ACCEPTED
    assert not judgement.answerable
    assert path not in SAMPLES or judgement.decision in (Decision.IGNORED, Decision.FLAGGED)


def test_where_public_mails_are_promised_they_are_there() -> None:
    assert len(SAMPLES) >= 100 or not BOUNCES
