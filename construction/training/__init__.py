"""How SGD fills the memory: Algorithm 1."""
