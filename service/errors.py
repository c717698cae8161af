"""The faults that a person can mend, each told in one line: what, where, and what to do."""


class ReservpostError(Exception):
    """Something that Reservpost cannot go on with, told in one line that a person can act on."""


class SettingsError(ReservpostError):
    """A setting is missing, misspelt or out of range: names the file, the key and what is allowed."""


class RulesError(ReservpostError):
    """A file under rules/ cannot be used: names the file, the entry and what is wrong with it."""


class LedgerError(ReservpostError):
    """The ledger refuses what was asked of it: an unknown number, a state that does not allow it."""


class LedgerUnavailableError(LedgerError):
    """The ledger cannot be written just now: the disk is full or another process holds the database."""


class MailboxError(ReservpostError):
    """The mail server cannot be used just now: not reached, refused the sign-in, or lost on the way."""
