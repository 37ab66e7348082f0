"""The learners for which SGD is the algorithm: what docs/online.md says of them."""
