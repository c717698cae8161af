"""The watched mailbox: the only importer of imap_tools.

Only UID commands are used, nothing is flagged or deleted, and every connection has a time-out. A mail is
taken as its raw bytes, because the library's own message object does not keep them. After any fault the
connection is thrown away: what a half-read connection says next cannot be believed.
"""

import hashlib
import imaplib
import re
import ssl
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from imap_tools import AND, BaseMailBox, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from service.errors import MailboxError
from service.intake import drill, idle
from service.intake.answers import answered, arrival, by_weight, number

FETCH_BYTES = 20_000_000
"""About how much is fetched at a time, so that a few large mails do not fill the memory."""

EVER = datetime(1980, 1, 1, tzinfo=UTC)
"""Before any mail."""

MOVE_MAILS = 100
"""How many mails one MOVE names: one by one is a hundred times slower on a large Maildir."""

IDLE_SECONDS = 25 * 60
"""A server may end an IDLE after 30 minutes (RFC 2177)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the mailbox is and how it is entered."""

    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"]
    user: str
    password: str
    inbox: str = "INBOX"
    folder: str = "Reservpost"
    ca_file: Path | None = None
    timeout_seconds: float = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in a folder. `raw` is None where it is larger than the limit; the digest is of all its bytes."""

    uid: int
    arrived_at: datetime
    digest: str
    raw: bytes | None


class Mailbox:
    """One connection to the mailbox, open within `with`. Every fault is a MailboxError."""

    def __init__(self, account: Account, mail_bytes: int) -> None:
        self._account = account
        self._mail_bytes = mail_bytes

    def __enter__(self) -> Self:
        """Sign in, ask the server what it can, and open the inbox."""
        with self._faults():
            self._box = self._connect()
            self._select(self._account.inbox)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; a connection that is dead already is simply dropped."""
        try:
            self._box.logout()
        except (imaplib.IMAP4.error, ImapToolsError, OSError):
            self._box.client.shutdown()

    @property
    def uidvalidity(self) -> int:
        """The number that makes the inbox's UIDs mean something; another number makes all of them new."""
        return self._uidvalidity

    @property
    def can(self) -> frozenset[str]:
        """What the server says it can, after signing in."""
        return frozenset(self._box.client.capabilities)

    def newest_arrival(self) -> datetime | None:
        """Return when the last mail came into the inbox, or None where it is empty."""
        with self._faults():
            uids = [int(uid) for uid in self._box.uids("ALL", charset=None)]
        return max(self.arrival_times(uids[-1:]).values(), default=None)

    def since(self, moment: datetime) -> list[int]:
        """Return the UIDs of the inbox's mails that came on the day before `moment` or later, oldest first.

        A day is as near as IMAP's SINCE goes, and its zone is the server's.
        """
        day = moment.astimezone(UTC).date() - timedelta(days=1)
        with self._faults():
            return sorted(int(uid) for uid in self._box.uids(AND(date_gte=day), charset=None))

    def fetch(self, uids: Sequence[int]) -> Iterator[Mail]:
        """Yield the mails that are still there, a few at a time."""
        with self._faults():
            for batch in self._by_size(uids):
                yield from self._fetch_batch(batch)

    def arrival_times(self, uids: Sequence[int]) -> dict[int, datetime]:
        """Return when each mail came into the mailbox (INTERNALDATE)."""
        if not uids:
            return {}
        with self._faults():
            found = self._uid_fetch(uids, "(UID INTERNALDATE)", b"INTERNALDATE ")
        return {number(head, b"UID"): arrival(head) for head, _ in found}

    def marked(self, uids: Sequence[int]) -> frozenset[int]:
        """Return those of the mails that are marked for a drill."""
        if not uids:
            return frozenset()
        asked = f"(UID BODY.PEEK[HEADER.FIELDS ({' '.join(drill.FIELDS)})])"
        with self._faults():
            found = list(self._uid_fetch(uids, asked, b"BODY["))
        return frozenset(number(head, b"UID") for head, header in found if drill.is_marked(header))

    def sent_by(self, uids: Sequence[int], addresses: Iterable[str]) -> list[int]:
        """Return those of the mails whose From holds one of the addresses (lower case), oldest first."""
        named = [address.encode() for address in addresses]
        if not uids or not named:
            return []
        with self._faults():
            found = list(self._uid_fetch(uids, "(UID BODY.PEEK[HEADER.FIELDS (FROM)])", b"BODY["))
        ours = (head for head, header in found if any(address in header.lower() for address in named))
        return sorted(number(head, b"UID") for head in ours)

    def counts(self) -> dict[str, int]:
        """Return how many mails stand in each of our folders, by the folder's path."""
        with self._faults():
            return {path: self._box.folder.status(path, ["MESSAGES"])["MESSAGES"] for path in self._ours()}

    def look_through(self, path: str, since: datetime = EVER, known: Container[int] = ()) -> Iterator[Mail]:
        """Yield the mails of one of our folders, or of the inbox, whose UIDs are not known."""
        with self._faults(), self._visiting(path):
            yield from self.fetch([uid for uid in self.since(since) if uid not in known])

    @property
    def inbox(self) -> str:
        """The path of the inbox."""
        return self._account.inbox

    def file_away(self, uids: Sequence[int], folder: str) -> None:
        """Move the mails to `folder` under our own; the folder is made if it is missing."""
        with self._faults():
            path = self._folder(folder)
            for start in range(0, len(uids), MOVE_MAILS):
                self._move(uids[start : start + MOVE_MAILS], path)

    def find(self, folder: str, digest: str) -> bytes | None:
        """Return the mail with this digest from one of our folders, newest first, or None."""
        with self._faults(), self._visiting(self._folder(folder)):
            uids = sorted((int(uid) for uid in self._box.uids("ALL", charset=None)), reverse=True)
            return next((mail.raw for mail in self.fetch(uids) if mail.digest == digest), None)

    def move_between(self, digest: str, source: str, target: str) -> bool:
        """Move the mail with this digest from one of our folders to another; tell whether it was there."""
        with self._faults():
            path = self._folder(target)
            with self._visiting(self._folder(source)):
                uids = sorted((int(uid) for uid in self._box.uids("ALL", charset=None)), reverse=True)
                found = next((mail.uid for mail in self.fetch(uids) if mail.digest == digest), None)
                if found is not None:
                    self._move([found], path)
        return found is not None

    def delete(self, path: str, uids: Sequence[int]) -> None:
        """Delete mails of one of our folders for good; only a disposal decision may ask for this."""
        if "UIDPLUS" not in self._box.client.capabilities:
            raise MailboxError(
                f"mailservern {self._account.host} har inte UIDPLUS, och kan inte ta bort bara dessa mail"
            )
        with self._faults(), self._visiting(path):
            for start in range(0, len(uids), MOVE_MAILS):
                named = ",".join(map(str, uids[start : start + MOVE_MAILS]))
                self._done("STORE", named, "+FLAGS.SILENT", r"(\Deleted)")
                self._done("EXPUNGE", named)

    def make_folders(self, folders: Iterable[str]) -> None:
        """Make sure that each of our folders is there."""
        with self._faults():
            for folder in folders:
                self._folder(folder)

    def wait(self, waker: idle.Waker, seconds: float) -> None:
        """Wait for a hint of new mail, for `seconds` at most, or until woken."""
        with self._faults():
            if "IDLE" in self._box.client.capabilities:
                idle.idle(self._box.client, waker, min(seconds, IDLE_SECONDS))
            else:
                idle.sleep(waker, seconds)
                self._box.client.noop()

    # -- how it is done ------------------------------------------------------------------------------

    @contextmanager
    def _faults(self) -> Iterator[None]:
        where = f"mailservern {self._account.host}:{self._account.port}"
        try:
            yield
        except MailboxLoginError:
            raise MailboxError(
                f"{where}: inloggningen nekades; kontrollera mailbox.user och lösenordet"
            ) from None
        except ssl.SSLError as error:
            raise MailboxError(
                f"{where}: TLS gick inte att upprätta ({error.reason}); se mailbox.tls"
            ) from None
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            raise MailboxError(f"{where}: avbröt ({type(error).__name__}); försök igen") from None
        except OSError as error:
            said = error.strerror or type(error).__name__
            raise MailboxError(f"{where}: nås inte ({said}); se mailbox.host och mailbox.port") from None

    def _connect(self) -> BaseMailBox:
        account = self._account
        box: BaseMailBox
        if account.tls == "none":
            box = MailBoxUnencrypted(account.host, account.port, timeout=account.timeout_seconds)
        else:
            kind = MailBox if account.tls == "implicit" else MailBoxStartTls
            trust = ssl.create_default_context(cafile=account.ca_file)
            box = kind(account.host, account.port, timeout=account.timeout_seconds, ssl_context=trust)
        try:
            box.login(account.user, account.password, initial_folder=None)
            # imaplib keeps the list from before the sign-in, which lacks MOVE on Dovecot.
            box.client._get_capabilities()
            self._delimiter, self._prefix = _namespace(box)
            self._known: set[str] = {info.name for info in box.folder.list()}
        except BaseException:
            box.client.shutdown()
            raise
        return box

    def _select(self, path: str) -> None:
        self._box.folder.set(path)
        _, answer = self._box.client.response("UIDVALIDITY")
        if not answer or not isinstance(answer[0], bytes):
            raise imaplib.IMAP4.abort("the server named no UIDVALIDITY")
        self._uidvalidity = int(answer[0])

    @contextmanager
    def _visiting(self, path: str) -> Iterator[None]:
        self._box.folder.set(path)
        try:
            yield
        finally:
            self._box.folder.set(self._account.inbox)

    def _ours(self) -> list[str]:
        root = f"{self._prefix}{self._account.folder}{self._delimiter}"
        return sorted(path for path in self._known if path.startswith(root))

    def _folder(self, name: str) -> str:
        """Return the full path of one of our folders, made and subscribed to on first use."""
        path = self._prefix
        for part in (self._account.folder, name):
            path = f"{path}{self._delimiter}{part}" if path != self._prefix else f"{path}{part}"
            if path not in self._known:
                self._box.folder.create(path)
                self._box.folder.subscribe(path, True)
                self._known.add(path)
        return path

    def _by_size(self, uids: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
        """Part the mails that are still there into batches of (uid, size) of bearable weight."""
        if uids:  # an empty set would mean every mail of the folder
            sizes = self._uid_fetch(uids, "(UID RFC822.SIZE)", b"RFC822.SIZE ")
            entries = ((number(head, b"UID"), number(head, b"RFC822.SIZE")) for head, _ in sizes)
            yield from by_weight(entries, FETCH_BYTES)

    def _fetch_batch(self, batch: list[tuple[int, int]]) -> Iterator[Mail]:
        small = [uid for uid, size in batch if size <= self._mail_bytes]
        for uid, size in batch:
            if size > self._mail_bytes:
                yield self._measured(uid, size)
        if small:
            for head, raw in self._uid_fetch(small, "(UID INTERNALDATE BODY.PEEK[])", b"BODY["):
                digest = hashlib.sha256(raw).hexdigest()
                yield Mail(number(head, b"UID"), arrival(head), digest, raw)

    def _measured(self, uid: int, size: int) -> Mail:
        """Take a mail that is too large to read: its digest, part by part, so that it too has a name."""
        digest, head = hashlib.sha256(), b""
        for start in range(0, size, FETCH_BYTES):
            window = f"(UID INTERNALDATE BODY.PEEK[]<{start}.{FETCH_BYTES}>)"
            for answer, part in self._uid_fetch([uid], window, b"BODY["):
                head = answer
                digest.update(part)
        return Mail(uid, arrival(head), digest.hexdigest(), None)

    def _uid_fetch(self, uids: Iterable[int], what: str, holds: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield (all outside the literal, the literal) for each mail; what lacks `holds` is news of flags."""
        status, data = self._box.client.uid("FETCH", ",".join(map(str, uids)), what)
        if status != "OK":
            raise imaplib.IMAP4.abort("FETCH refused")
        yield from (answer for answer in answered(data) if holds in answer[0])

    def _move(self, uids: Sequence[int], path: str) -> None:
        named = ",".join(map(str, uids))
        target = imaplib.IMAP4._quote(self._box.client, _encoded(path))  # type: ignore[attr-defined]
        capabilities = self._box.client.capabilities
        if "MOVE" in capabilities:
            self._done("MOVE", named, target)
        elif "UIDPLUS" in capabilities:
            self._done("COPY", named, target)
            self._done("STORE", named, "+FLAGS.SILENT", r"(\Deleted)")
            # UID EXPUNGE takes these mails alone; a plain EXPUNGE would take what others have marked.
            self._done("EXPUNGE", named)
        else:
            raise MailboxError(
                f"mailservern {self._account.host} har varken MOVE eller UIDPLUS; be om en som har det"
            )

    def _done(self, command: str, *arguments: str) -> None:
        status, _ = self._box.client.uid(command, *arguments)
        if status != "OK":
            raise imaplib.IMAP4.abort(f"{command} refused")


def _namespace(box: BaseMailBox) -> tuple[str, str]:
    """Ask for the delimiter and the prefix of personal folders: Courier wants "INBOX.", Dovecot nothing."""
    if "NAMESPACE" in box.client.capabilities:
        _, data = box.client.namespace()
        found = re.match(rb'\(\("([^"]*)" "([^"]*)"', data[0] or b"") if data else None
        if found:
            return found[2].decode(), found[1].decode()
    listed = box.folder.list()
    return (listed[0].delim if listed else "/"), ""


def _encoded(path: str) -> str:
    from imap_tools.imap_utf7 import utf7_encode

    return utf7_encode(path).decode("ascii")
