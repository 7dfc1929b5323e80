"""The steward: runs the city's systems of a site on their boards, sealed, without a network."""
