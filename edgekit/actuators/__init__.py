"""Room for lamps, relays and valves wired straight to the machine."""
