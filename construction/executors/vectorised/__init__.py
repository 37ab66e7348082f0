"""The executor that needs no compiled code: NumPy, and only where something changes."""
