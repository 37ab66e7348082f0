"""Lemma 1: SGD memorises, and then the network computes."""
