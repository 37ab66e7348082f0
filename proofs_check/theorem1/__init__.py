"""Theorem 1: how many weights of which precision, how likely they are drawn, and what noise they stand."""
