"""The faults that a person can mend, each told in one line: what, where, and what to do."""

from collections.abc import Mapping


class ReservpostError(Exception):
    """Something that Reservpost cannot go on with, told in one line that a person can act on."""


class SettingsError(ReservpostError):
    """A setting is missing, misspelt or out of range: names the file, the key and what is allowed."""


class RulesError(ReservpostError):
    """A file under rules/ cannot be used: names the file, the entry and what is wrong with it."""


class RegisterError(ReservpostError):
    """A register cannot be imported or read: names the file, what it lacks and what to do."""


class LedgerError(ReservpostError):
    """The ledger refuses what was asked of it: an unknown number, a state that does not allow it."""


class LedgerUnavailableError(LedgerError):
    """The ledger cannot be written just now: the disk is full or another process holds the database."""


class MailboxError(ReservpostError):
    """The mail server cannot be used just now: not reached, refused the sign-in, or lost on the way."""


def explain(problem: str, context: Mapping[str, object], message: str) -> str:
    """Say in Swedish what is allowed, for one problem of a validation (its type, context and message)."""
    allowed = {
        "missing": "saknas; lägg till den",
        "literal_error": f"tillåtna värden är {context.get('expected')}".replace(" or ", ", "),
        "less_than_equal": f"får vara högst {context.get('le')}",
        "less_than": f"måste vara under {context.get('lt')}",
        "greater_than_equal": f"måste vara minst {context.get('ge')}",
        "greater_than": f"måste vara över {context.get('gt')}",
        "string_too_short": f"måste ha minst {context.get('min_length')} tecken",
        "too_short": f"måste ha minst {context.get('min_length')} värde",
        "string_pattern_mismatch": f"har fel form; den ska följa mönstret {context.get('pattern')}",
        "int_parsing": "ska vara ett heltal",
        "int_type": "ska vara ett heltal",
        "int_from_float": "ska vara ett heltal",
        "finite_number": "ska vara ett ändligt tal",
        "float_parsing": "ska vara ett tal",
        "string_type": "ska vara text",
        "bool_type": "ska vara true eller false",
        "path_type": "ska vara en sökväg som text",
        "tuple_type": "ska vara en lista",
        "list_type": "ska vara en lista",
        "dict_type": "ska vara nycklar med värden",
        "model_type": "ska vara ett avsnitt med egna nycklar",
    }
    return allowed.get(problem, message.removeprefix("Value error, "))
