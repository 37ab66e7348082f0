"""Machines as text: the formats that people already have, read and written."""
