"""The pending-registration ledger: what was received, decided, ordered, answered and registered."""
