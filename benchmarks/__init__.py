"""Measurements: how fast the networks run, and how small they are."""
