"""Cameras, streams and files. Nothing here has passed the gate."""
