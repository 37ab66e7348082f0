"""The network of Definition 5."""
