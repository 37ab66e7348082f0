"""What a run is: every unit evaluated on every patch, and backpropagation through all layers."""
