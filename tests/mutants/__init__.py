"""Mutants of the checker: is each of its conditions needed by some test?

``python -m tests.mutants`` changes the checker in one place, runs the quick tests of its room, and says whether
they noticed. See ``docs/mutants.md``.
"""
