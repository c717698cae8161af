"""Bytes to a document: every string of a mail with its place, or a word that it could not be read."""
