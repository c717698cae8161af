"""Looks for personal data in every string of a mail."""
