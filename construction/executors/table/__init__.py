"""A network's patches in a table, and the compiled code that looks them up."""
