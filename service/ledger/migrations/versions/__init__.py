"""The ledger's schema, one step a file."""
