"""What is due is done, in one transaction and in this order.

A planned stop begins or is told to be overdue; then word of recovery, digests and reminders.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from service.outage import declared, digest, overdue, planned, recovery, reminders
from service.outage.office import Office


@dataclass(frozen=True, slots=True)
class Swept:
    """How many letters of each kind were written, how many rows nobody can be reminded of, what began."""

    recovery: int = 0
    digests: int = 0
    reminders: int = 0
    unaddressed: int = 0
    overdue: int = 0
    begun: int = 0

    @property
    def letters(self) -> int:
        """All of them."""
        return self.recovery + self.digests + self.reminders + self.overdue

    @property
    def hinder(self) -> str:
        """What keeps reminders from reaching anybody, in Swedish; empty for nothing."""
        if not self.unaddressed:
            return ""
        return (
            f"påminnelser har ingen att gå till (rader: {self.unaddressed}); "
            "ange staff.operations_managers i inställningarna"
        )


def sweep(session: Session, office: Office, now: datetime) -> Swept:
    """Begin what was planned, and write every letter that is due: of real outages first, then of drills.

    While a real outage goes on a drill is silent: nobody shall read then that a system works again.
    """
    begun = planned.begin_due(session, now)
    late = overdue.tell(session, office, now)
    going = declared.current(session)
    is_real = going is not None and not going.drill
    if is_real:
        recovery.pass_over_drills(session, now)
    done = [_sweep(session, office, now, drill=drill) for drill in ((False,) if is_real else (False, True))]
    written = Swept(*(sum(part) for part in zip(*done, strict=True)))
    return replace(written, overdue=late, begun=begun)


def _sweep(session: Session, office: Office, now: datetime, *, drill: bool) -> tuple[int, int, int, int]:
    told = recovery.tell(session, office, now, drill=drill)
    due = digest.is_due(session, office.plan, now, drill=drill)
    sent = digest.send(session, office, now, drill=drill) if due else 0
    reminded = reminders.remind(session, office, now, drill=drill)
    return told, sent, reminded.letters, reminded.unaddressed
