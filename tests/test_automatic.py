"""Automatic mail and trust: who is never answered, and whose word is believed."""

from pathlib import Path

import pytest

from service.intake.automatic import automatic
from service.intake.trust import TrustPolicy, trusted
from service.rules.automatic import failing_examples, load_automatic
from service.settings import shipped_rules
from service.values import Envelope

RULES = load_automatic(shipped_rules())
POLICY = TrustPolicy(frozenset({"karlstad.se", "regionvarmland.se"}))
VOUCHED = TrustPolicy(POLICY.domains, "mx.regionvarmland.se")


def mail(*headers: tuple[str, str], parts: tuple[str, ...] = ("text/plain",)) -> Envelope:
    return Envelope(headers=headers, part_types=parts)


def test_every_sign_holds_its_own_examples() -> None:
    assert failing_examples(RULES) == ()


@pytest.mark.parametrize(
    "envelope",
    [
        mail(("return-path", "<>")),
        mail(("auto-submitted", "auto-replied (vacation)")),
        mail(("x-autoreply", "yes")),
        mail(("x-failed-recipients", "a@b.se")),
        mail(("from", "Mail Delivery System <MAILER-DAEMON@mx.karlstad.se>")),
        mail(parts=("multipart/report; report-type=delivery-status", "text/plain")),
        mail(parts=("multipart/alternative", "text/calendar; method=reply")),
        mail(("precedence", "bulk"), ("list-id", "<nytt.example.se>")),
        mail(("from", "noreply@karlstad.se"), ("subject", "Autosvar: order")),
        mail(*[("received", f"from {n}") for n in range(60)]),
    ],
)
def test_what_nobody_wrote_is_certain(envelope: Envelope) -> None:
    assert automatic(envelope, RULES).certain


@pytest.mark.parametrize(
    "envelope",
    [
        mail(("subject", "SV: Undeliverable: beställning")),
        mail(("list-id", "<rehab.lists.karlstad.se>")),
        mail(("list-id", "<rehab.lists.karlstad.se>"), ("list-post", "<mailto:rehab@karlstad.se>")),
    ],
)
def test_one_sign_that_people_also_carry_is_only_suspected(envelope: Envelope) -> None:
    found = automatic(envelope, RULES)
    assert (found.certain, found.suspected) == (False, True)


def test_a_wish_for_silence_is_kept_but_settles_nothing() -> None:
    found = automatic(mail(("x-auto-response-suppress", "All")), RULES)
    assert (found.certain, found.suspected) == (False, False)
    assert found.signs


def test_a_plain_mail_shows_no_sign() -> None:
    plain = mail(("from", "Eva Lind <eva@karlstad.se>"), ("subject", "Lagerflytt"), ("auto-submitted", "no"))
    assert automatic(plain, RULES).signs == ()


def test_without_a_vouching_server_the_domain_of_from_is_believed() -> None:
    assert trusted(Envelope(sender_address="eva@karlstad.se"), POLICY)
    for domain in ("gmail.com", "evil-karlstad.se", "karlstad.se.evil.com", "mx.karlstad.se"):
        assert not trusted(Envelope(sender_address=f"eva@{domain}"), POLICY)
    assert not trusted(Envelope(sender_address=""), POLICY)


def test_a_header_of_the_vouching_server_must_pass_for_the_very_domain() -> None:
    def results(*values: str) -> Envelope:
        headers = tuple(("authentication-results", value) for value in values)
        return Envelope(sender_address="eva@karlstad.se", headers=headers)

    assert trusted(results("mx.regionvarmland.se; dmarc=pass header.from=karlstad.se"), VOUCHED)
    assert trusted(results("mx.regionvarmland.se; spf=fail; dkim=pass header.d=karlstad.se"), VOUCHED)
    for refused in (
        results(),
        results("mx.regionvarmland.se; dmarc=fail header.from=karlstad.se"),
        results("mx.regionvarmland.se; dmarc=pass header.from=evil.se"),
        results("mx.regionvarmland.se; dkim=pass header.d=evil.se"),
        results("mx.evil.se; dmarc=pass header.from=karlstad.se"),
        # The attacker's own header stands below the one that the receiving server put on top.
        results(
            "mx.regionvarmland.se; dmarc=fail header.from=karlstad.se",
            "mx.regionvarmland.se; dmarc=pass header.from=karlstad.se",
        ),
        results("not a header at all ;;;"),
    ):
        assert not trusted(refused, VOUCHED)


def test_a_sign_with_a_broken_pattern_is_refused_in_one_line(tmp_path: Path) -> None:
    from service.errors import RulesError

    good = (shipped_rules() / "automatic.yaml").read_text(encoding="utf-8")
    broken = {
        'pattern: "<>|"': 'pattern: "("',
        "max_received:": "max_recieved:",
        "strength: strong\n": "strength: sterk\n",
        "signs:": "signs: [",
    }
    for right, wrong in broken.items():
        (tmp_path / "automatic.yaml").write_text(good.replace(right, wrong, 1), encoding="utf-8")
        with pytest.raises(RulesError, match="automatic.yaml: ") as refused:
            load_automatic(tmp_path)
        assert "\n" not in str(refused.value)
