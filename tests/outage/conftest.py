"""What the stories share: the children that judge, warm for all of them."""

from collections.abc import Iterator

import pytest

from service.intake.judge import judges
from service.limits import Limits
from service.reading.sandbox import Sandbox
from service.settings import REGION_AND_MUNICIPALITIES, shipped_rules
from tests.office import STAFF
from tests.outage.story import AUTHSERV


@pytest.fixture(scope="session")
def children() -> Iterator[Sandbox]:
    """Children that know the staff of the stories."""
    domains = REGION_AND_MUNICIPALITIES
    with judges(shipped_rules(), domains, AUTHSERV, Limits(), workers=2, staff=STAFF.everyone) as warm:
        yield warm
