"""Executors that compute every pixel of every layer, on all cores."""
