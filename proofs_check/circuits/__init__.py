"""What the paper says after Corollary 2: the network as a boolean circuit, and no random restarts."""
