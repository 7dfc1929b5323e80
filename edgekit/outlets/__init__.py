"""Where signed records go."""
