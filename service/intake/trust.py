"""Whose mail may be accepted and answered: the trusted domains, as the receiving server vouches for them."""

from dataclasses import dataclass

import authres
from authres.core import AuthResError

from service.values import Envelope


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """The domains that are trusted, in lower case, and the server whose Authentication-Results count.

    With an empty `authserv_id` the domain of From is believed as it stands. `staff` are the addresses, in
    lower case, whose answers tick orders off.
    """

    domains: frozenset[str]
    authserv_id: str = ""
    staff: frozenset[str] = frozenset()


def trusted(envelope: Envelope, policy: TrustPolicy) -> bool:
    """Whether From names one address of a trusted domain that the receiving server found to be genuine."""
    domain = envelope.sender_address.rpartition("@")[2]
    if domain not in policy.domains:
        return False
    return not policy.authserv_id or _vouched(envelope, policy.authserv_id, domain)


def is_staff(envelope: Envelope, policy: TrustPolicy) -> bool:
    """Whether From is one of the staff, and the receiving server vouches for it: From alone can be forged."""
    named = envelope.sender_address.lower() in policy.staff
    return named and bool(policy.authserv_id) and trusted(envelope, policy)


def _vouched(envelope: Envelope, authserv_id: str, domain: str) -> bool:
    """Read only the topmost header: one further down may have come with the mail."""
    headers = envelope.all("authentication-results")
    if not headers:
        return False
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {headers[0]}")
    except AuthResError:
        return False
    if header.authserv_id.lower() != authserv_id.lower():
        return False
    return any(_aligned(result, domain) for result in header.results)


def _aligned(result: authres.core.AuthenticationResult, domain: str) -> bool:
    """DMARC for the domain of From, or a DKIM signature by that very domain."""
    if (result.result or "").lower() != "pass":
        return False
    named = {(prop.type, prop.name): (prop.value or "").lower() for prop in result.properties}
    method = result.method.lower()
    return (method == "dmarc" and named.get(("header", "from")) == domain) or (
        method == "dkim" and named.get(("header", "d")) == domain
    )
