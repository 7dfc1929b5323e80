"""The herald's own: what it has still to hand over, and its one call to a broker."""
