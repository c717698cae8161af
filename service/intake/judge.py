"""Judges one mail by the rules alone: read → screen → order → decide. Runs in a child process.

Nothing here knows a mailbox, a ledger, a clock or a setting, and nothing of the mail's text leaves it but
what an order says.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from service.intake.automatic import automatic
from service.intake.decision import Evidence, decide
from service.intake.trust import TrustPolicy, is_staff, trusted
from service.limits import Limits
from service.ordering.commands import reply
from service.ordering.follow_up import FollowUpReader
from service.ordering.redirects import redirected
from service.ordering.understand import Orders
from service.reading.mime import read
from service.reading.sandbox import Sandbox
from service.registers.marking import lacking, marked
from service.registers.registers import Registers
from service.registers.shelf import Shelf
from service.rules.book import RuleBook, load_rules
from service.screening.bounds import bounded
from service.screening.place import blot, hidden_names
from service.screening.screen import Screen
from service.values import (
    Command,
    Decision,
    Delivery,
    Document,
    Envelope,
    Finding,
    Judgement,
    Kind,
    Order,
    Piece,
    Reason,
    Reply,
    Understanding,
    Zone,
)

JUDGEMENT = TypeAdapter(Judgement)
"""Carries a judgement over a process boundary as JSON: the parent checks every field of it."""

Tell = Callable[[str], None]
"""Told the name of each stage as it begins, so that the parent knows where a mail broke."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a child needs to know before its first mail.

    `registers` is the folder of the site's registers; with `require_known` what they lack goes to a person.
    `engine` names a language model that screening uses too.
    """

    rules: Path
    trust: TrustPolicy
    limits: Limits
    registers: Path | None = None
    require_known: bool = False
    engine: str = ""


BRIEF = TypeAdapter(Brief)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A judgement beside the mail's text: (place, text with the findings marked) for each piece of it."""

    judgement: Judgement
    marked: tuple[tuple[str, str], ...]


REVIEWED = TypeAdapter(Reviewed)


class Judge:
    """The rooms of judgement, warm."""

    def __init__(
        self,
        rules: RuleBook,
        trust: TrustPolicy,
        limits: Limits,
        registers: Registers | None = None,
        *,
        require_known: bool = False,
        engine: str = "",
    ) -> None:
        self._rules, self._trust, self._limits = rules, trust, limits
        self._registers = registers or Registers(None, rules.registers)
        self._require_known = require_known
        self._follow_ups = FollowUpReader(rules.follow_ups, rules.ordering)
        self._screen = Screen(rules.screening, engine, self._registers.gazetteer)
        self._orders = Orders(rules.ordering)

    def judge(self, raw: bytes, tell: Tell = lambda _: None) -> Judgement:
        """Return what is decided about the mail with these raw bytes."""
        began = time.monotonic()
        tell("reading")
        document = read(raw, self._limits)
        envelope = document.envelope
        tell("screening")
        screened = bounded(document)
        findings = self._screen.findings(screened)
        tell("ordering")
        understanding = self._understood(document)
        tell("decision")
        signs = automatic(envelope, self._rules.automatic)
        genuine, staff = trusted(envelope, self._trust), is_staff(envelope, self._trust)
        answer = self._screened(reply(document, self._rules.replies, self._rules.ordering.words))
        evidence = Evidence(signs, findings, screened.unread, genuine, understanding, answer, staff)
        decision, reasons = decide(evidence)
        names = hidden_names(document, {finding.piece for finding in findings})
        return Judgement(
            decision=decision,
            kind=Kind.AUTOMATIC if decision is Decision.IGNORED else understanding.kind,
            reasons=_without_repeats(blotted(reason, names) for reason in reasons),
            # A mail that is not accepted is understood too: a person who books it starts from these lines.
            orders=_kept(understanding.orders, findings),
            findings=findings,
            sender_address=envelope.sender_address,
            trusted=genuine,
            answerable=genuine and not signs.signs,
            staff=staff,
            message_id=envelope.message_id,
            references=envelope.references,
            sent_at=envelope.sent_at,
            reply=answer if decision is Decision.REPLY else None,
            follow_up=self._follow_ups.follow_up(document, understanding.orders),
            elapsed_ms=round((time.monotonic() - began) * 1000),
        )

    def _understood(self, document: Document) -> Understanding:
        """Return what is ordered, beside what the registers say of it, and whether it belongs elsewhere."""
        understanding = self._orders.understand(document)
        orders = marked(understanding.orders, self._registers)
        words, redirects = self._rules.ordering.words, self._rules.redirects.redirects
        unknown = lacking(orders) if self._require_known else ()
        doubts = (*redirected(document, orders, redirects, words), *understanding.doubts, *unknown)
        return replace(understanding, orders=orders, doubts=doubts)

    def _screened(self, said: Reply | None) -> Reply | None:
        """Take out every reason in which anything is found, though the mail as a whole may pass."""
        if said is None:
            return None
        return replace(said, commands=tuple(self._clean(command) for command in said.commands))

    def _clean(self, command: Command) -> Command:
        if not command.why:
            return command
        alone = Document(Envelope(), (Piece(command.why, "skälet", Zone.BODY),))
        return replace(command, why=None) if self._screen.findings(alone) else command

    def review(self, raw: bytes) -> Reviewed:
        """Return the mail's text with every finding marked «so», for a person who may see it."""
        judgement, document = self.judge(raw), read(raw, self._limits)
        marked = tuple(
            (piece.where, _marked(piece.text, [f for f in judgement.findings if f.piece == index]))
            for index, piece in enumerate(document.pieces)
        )
        return Reviewed(judgement, marked)


def broken(stage: str) -> Judgement:
    """Return the judgement on a mail that broke a stage: a person reads it, whatever it was."""
    names = {"reading": "läsningen", "screening": "granskningen", "ordering": "tolkningen"}
    text = f"Mailet kunde inte behandlas: {names.get(stage, 'bedömningen')} avbröts. En person läser det."
    return Judgement(Decision.FLAGGED, Kind.OTHER, (Reason("broken_stage", None, "mailet", stage, text),))


def vanished() -> Judgement:
    """Return the judgement on a mail that was taken out of the inbox before it could be judged."""
    text = "Mailet flyttades ur brevlådan innan det hann bedömas. Leta upp det och läs det."
    return Judgement(Decision.FLAGGED, Kind.OTHER, (Reason("vanished", None, "mailet", "vanished", text),))


def too_large(limits: Limits) -> Judgement:
    """Return the judgement on a mail that is larger than what is read."""
    text = f"Mailet är större än {limits.mail_bytes // 1_000_000} MB och läses inte av programmet."
    return Judgement(Decision.FLAGGED, Kind.OTHER, (Reason("too_large", None, "mailet", "mail_bytes", text),))


def no_drill(judgement: Judgement) -> Judgement:
    """Return the judgement on a mail that is marked for a drill while there is none: nothing is booked."""
    if judgement.decision is not Decision.ACCEPTED:
        return judgement
    text = "Mailet är märkt som övning, men ingen övning pågår. En person avgör det."
    reason = Reason("no_drill", None, "mailet", "övning", text)
    return replace(judgement, decision=Decision.FLAGGED, reasons=(*judgement.reasons, reason))


def build(brief: bytes) -> Callable[[bytes, Tell], bytes]:
    """Build the function that a warm child runs on each mail; `brief` is a Brief as JSON."""
    judge = briefed(brief)
    return lambda raw, tell: JUDGEMENT.dump_json(judge.judge(raw, tell))


def build_reviewer(brief: bytes) -> Callable[[bytes, Tell], bytes]:
    """Build the function that shows a mail to a person; its answer holds the mail's text."""
    judge = briefed(brief)
    return lambda raw, _tell: REVIEWED.dump_json(judge.review(raw))


def briefed(brief: bytes) -> Judge:
    """Return a judge by a Brief as JSON."""
    told = BRIEF.validate_json(brief)
    rules = load_rules(told.rules)
    registers = Registers(Shelf(told.registers) if told.registers else None, rules.registers)
    return Judge(
        rules, told.trust, told.limits, registers, require_known=told.require_known, engine=told.engine
    )


def judges(
    rules: Path,
    domains: Iterable[str],
    authserv_id: str,
    limits: Limits,
    workers: int,
    work: Callable[[bytes], Callable[[bytes, Tell], bytes]] = build,
    staff: frozenset[str] = frozenset(),
    registers: Path | None = None,
    *,
    require_known: bool = False,
    engine: str = "",
) -> Sandbox:
    """Return warm children that judge mails by these rules, or show them, each within the limits."""
    trust = TrustPolicy(frozenset(domains), authserv_id, staff)
    shelf = registers.absolute() if registers else None
    brief = Brief(rules.absolute(), trust, limits, shelf, require_known, engine)
    return Sandbox(f"{work.__module__}:{work.__name__}", BRIEF.dump_json(brief), workers, limits)


def contract(file: str, judgement: Judgement) -> str:
    """Return the judgement as the one line of JSON that `check --json` promises, without any found text."""
    shown = JUDGEMENT.dump_python(judgement, mode="json")
    for reason in shown["reasons"]:
        del reason["zone"]
    orders = shown["orders"] if judgement.decision is Decision.ACCEPTED else []
    for order in orders:
        _drop_empty(order, "register")
        for line in order["lines"]:
            _drop_empty(line, "register")
    answer = {"file": file} | {key: shown[key] for key in ("decision", "kind", "reasons")}
    return json.dumps(answer | {"orders": orders, "elapsed_ms": judgement.elapsed_ms}, ensure_ascii=False)


def _kept(orders: tuple[Order, ...], findings: tuple[Finding, ...]) -> tuple[Order, ...]:
    """Keep who to ask for at the place only where nothing was found: what was could be that very name."""
    return tuple(replace(order, delivery=Delivery()) for order in orders) if findings else orders


def _drop_empty(shown: dict[str, object], key: str) -> None:
    """Leave out what only a site with registers has."""
    if not shown[key]:
        del shown[key]


def _marked(text: str, findings: Iterable[Finding]) -> str:
    shown, end = [], 0
    for finding in sorted(findings, key=lambda f: f.start):
        start = max(finding.start, end)
        if finding.end > start:
            shown += [text[end:start], "«", text[start : finding.end], "»"]
            end = finding.end
    return "".join([*shown, text[end:]])


def blotted(reason: Reason, names: tuple[str, ...]) -> Reason:
    """Take a file's name that holds personal data out of a reason about that file."""
    return replace(reason, where=blot(reason.where, names), text=blot(reason.text, names))


def _without_repeats(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Name each rule once for each place: a number that stands in both text and html is one reason to act."""
    return tuple(dict.fromkeys(reasons))
