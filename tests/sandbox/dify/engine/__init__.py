"""The graph engine: validates node data, walks edges and runs nodes."""
