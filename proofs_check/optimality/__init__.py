"""Definitions 2 to 4, Claims 1 and 2, Corollary 2 and Section 5, on worlds that can be enumerated."""
