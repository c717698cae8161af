"""Short mails by many hands, as data: what screening alone makes of each."""

from pathlib import Path

import pytest
import yaml

from tests.screened import verdict

TEXTS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "screening_texts.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("wanted", "text"), [(wanted, text) for wanted in TEXTS for text in TEXTS[wanted]])
def test_a_short_mail_is_screened_as_the_policy_says(wanted: str, text: str) -> None:
    assert verdict(text) == wanted
