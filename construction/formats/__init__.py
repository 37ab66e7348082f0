"""What people write: machines in YAML and in the busy-beaver text, Golly's rules and patterns."""
