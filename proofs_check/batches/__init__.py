"""Mini-batches: what is lost in a sum of gradients, and what is not."""
