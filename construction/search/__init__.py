"""Discovery: which learners random weights are, and how they are found."""
