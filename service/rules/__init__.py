"""Loads and checks rules/: what staff may change without a programmer."""
