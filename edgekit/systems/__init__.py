"""Room for the city's systems: one pure module each, readings in, decisions out."""
