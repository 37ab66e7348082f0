"""How a rule becomes weights."""
