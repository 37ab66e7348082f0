"""Executors: ways to run a network, all of them exact."""
