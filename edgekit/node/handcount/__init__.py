"""A hand count by a person: its file, its keys, its window and its chart."""
