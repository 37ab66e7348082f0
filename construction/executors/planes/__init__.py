"""The executor of bits in planes: 64 pixels a word, and their next codes by a boolean circuit."""
