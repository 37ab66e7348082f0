"""What the units compute: tables of integers, worked out from the weights."""
