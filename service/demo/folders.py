"""What stands in the folders of the demo's mailbox, looked at over a connection apart from the program's."""

import hashlib

from service.demo.address import Servers
from service.demo.letters import mails_in
from service.intake.line import FOLDERS
from service.intake.review import FILED

INBOX = "INBOX"


def digests_by_folder(servers: Servers, root: str) -> dict[str, tuple[str, ...]]:
    """Return the sha256, in hex, of each mail in the inbox and in each folder under `root`."""
    ours = dict.fromkeys((*FOLDERS.values(), *FILED.values()))
    paths = (INBOX, *(f"{root}/{name}" for name in ours))
    return {path: _digests(servers, path) for path in paths}


def _digests(servers: Servers, path: str) -> tuple[str, ...]:
    return tuple(hashlib.sha256(raw).hexdigest() for raw in mails_in(servers, path))
