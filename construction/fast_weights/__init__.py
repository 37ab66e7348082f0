"""Fast-weight programmers: networks whose weights are written by their inputs, pair by pair."""
