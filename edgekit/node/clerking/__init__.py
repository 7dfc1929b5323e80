"""The clerk's own: its ends of the pipes, who may look now, and what waits for its window."""
