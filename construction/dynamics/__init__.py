"""Where recurrent networks come to rest, and two-layer networks that say the same at once."""
