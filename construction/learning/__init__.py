"""Data in, predictions out."""
