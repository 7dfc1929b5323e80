"""The eye, the clerk, the herald and their supervisor: the one place that wires the rooms."""
