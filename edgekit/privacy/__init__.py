"""What may leave: one grid, one profile, one gate."""
