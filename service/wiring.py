"""What the rooms are given, out of the settings: where the mailbox is, who answers, what is due when."""

from datetime import time, timedelta

from service.intake.mailbox import Account
from service.letters.compose import Desk, load_templates
from service.letters.post import Relay
from service.outage.calendar import Calendar
from service.outage.office import DigestPlan, Office
from service.outage.probe import Plan
from service.rules.calendar import load_calendar
from service.rules.duties import load_duties
from service.settings import Settings


def account(settings: Settings) -> Account:
    """Return where the mailbox is."""
    box = settings.mailbox
    return Account(
        host=box.host,
        port=box.port,
        tls=box.tls,
        user=box.user,
        password=box.password.get_secret_value(),
        inbox=box.inbox,
        folder=box.folder,
        ca_file=box.ca_file,
        timeout_seconds=box.timeout_seconds,
    )


def relay(settings: Settings) -> Relay:
    """Return where letters are handed in."""
    post = settings.post
    return Relay(
        host=post.host,
        port=post.port,
        tls=post.tls,
        user=post.user,
        password=post.password.get_secret_value(),
        ca_file=post.ca_file,
        timeout_seconds=post.timeout_seconds,
        sender=settings.desk.address,
    )


def desk(settings: Settings) -> Desk:
    """Return who answers."""
    told = settings.desk
    return Desk(
        name=told.name, phone=told.phone, address=told.address, domain=told.address.rpartition("@")[2]
    )


def office(settings: Settings) -> Office:
    """Return what digests and reminders are written and timed with."""
    calendar, told = load_calendar(settings.rules), settings.digest
    return Office(
        desk=desk(settings),
        templates=load_templates(settings.rules),
        staff=settings.staff.staff(),
        calendar=Calendar(calendar),
        duties=load_duties(settings.rules),
        steps=calendar.reminders,
        plan=DigestPlan(
            times=tuple(time.fromisoformat(clock) for clock in told.times),
            only_when_changed=told.only_when_changed,
            urgent_at_once=told.urgent_at_once,
            urgent_rest=timedelta(minutes=told.urgent_rest_minutes),
        ),
    )


def probe_plan(settings: Settings) -> Plan:
    """Return what the probe asks, and when it means something."""
    probe = settings.probe
    return Plan(
        addresses={str(name): str(address) for name, address in probe.addresses.items()},
        timeout_seconds=probe.timeout_seconds,
        failures=probe.failures,
        successes=probe.successes,
        declares=probe.declares,
    )
