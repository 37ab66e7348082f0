"""The executor that computes only what may change."""
