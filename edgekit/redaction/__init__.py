"""Covering what must not be seen. Nothing here has passed the gate."""
