"""rules/systems.yaml: who must register what afterwards, and in which system.

The shipped rules are the routine's own text ("Reservrutin Sesam 2, webSesam, Visma webSesam"): orders by the
desk in Sesam 2, work orders by the responsible prescriber in Visma webSesam, at the desk by the operations
manager or by agreement the technician, prescriptions from own stock by the prescriber.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from service.errors import RulesError
from service.rules.loading import Strict, read_rules
from service.values import Kind


class Owner(StrEnum):
    """The role that must register something."""

    DESK = "desk"
    PRESCRIBER = "prescriber"
    OPERATIONS_MANAGER = "operations_manager"
    TECHNICIAN = "technician"


class System(StrEnum):
    """What can be down: the business system and its two portals."""

    SESAM2 = "sesam2"
    WEBSESAM = "websesam"
    VISMA_WEBSESAM = "visma-websesam"


class Source(StrEnum):
    """How something came that must be registered."""

    MAIL = "mail"
    PHONE = "phone"
    PAPER = "paper"
    DESK = "desk"


class DutyRule(Strict):
    """One entry of rules/systems.yaml."""

    id: str
    kinds: tuple[Kind, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = tuple(Source)
    owner: Owner
    or_by: tuple[Owner, ...] = ()
    systems: tuple[System, ...] = Field(min_length=1)
    text: str


class _File(Strict):
    duties: tuple[DutyRule, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must register one thing, and where: any of `systems` will do, the first is the usual one."""

    rule: str
    owner: Owner
    systems: tuple[System, ...]

    @property
    def system(self) -> System:
        """The usual place."""
        return self.systems[0]

    def may_register(self, down: Collection[str]) -> bool:
        """Whether it may be registered now, with these systems down."""
        return any(system not in down for system in self.systems)


@dataclass(frozen=True, slots=True)
class Duties:
    """The rules in the order they are tried; every kind and source has one."""

    rules: tuple[DutyRule, ...]

    def of(self, kind: Kind, source: Source) -> Duty:
        """Return who must register it and where."""
        rule = self.rule(kind, source)
        return Duty(rule.id, rule.owner, rule.systems)

    def rule(self, kind: Kind, source: Source) -> DutyRule:
        """Return the first rule that fits."""
        return next(rule for rule in self.rules if kind in rule.kinds and source in rule.sources)


def load_duties(rules: Path) -> Duties:
    """Read and check rules/systems.yaml; RulesError names the kind that nobody would register."""
    path = rules / "systems.yaml"
    duties = Duties(read_rules(path, _File).duties)
    for kind in Kind:
        for source in Source:
            if kind.owed and not any(kind in r.kinds and source in r.sources for r in duties.rules):
                raise RulesError(
                    f"{path}: duties: ingen regel för {kind.value} som kom som {source.value}; lägg till en"
                )
    return duties
