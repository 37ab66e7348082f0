"""Statements about settling networks and their two-layer counterparts (docs/settling.md)."""
