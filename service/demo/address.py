"""Where the embedded mail server is reached."""

from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
DESK = "hjalpmedelsservice.karlstad@regionvarmland.se"
RECEIVER = "mx.demo"
"""The name by which the receiving server says whether a sender is genuine; in the demo all of them are."""

USER, PASSWORD = "desk", "demo"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the running pair is reached, both with STARTTLS, and the certificate to trust.

    `user` and `password` are for IMAP; SMTP asks for none. Mail to the address `desk` goes to the INBOX.
    """

    imap_port: int
    smtp_port: int
    ca_file: Path
    host: str = HOST
    user: str = USER
    password: str = PASSWORD
    desk: str = DESK
