"""Machines, cellular automata and programs as networks that run, and what one sees of it."""
