"""From a name or a file to a program, a machine or a cellular automaton."""
