"""Lemma 1 proved in Coq, for the weights of a network file.

The hand-written files state and prove the theorem; :mod:`proofs_check.coq.generate` writes the one
file that they need beside them, the weights.
"""
