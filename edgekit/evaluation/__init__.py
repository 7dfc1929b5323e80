"""How right counts are, beside counts by hand. Numbers only."""
