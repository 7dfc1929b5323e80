"""edgekit: a camera that can count but cannot tell."""

__version__ = "0.1.0"
