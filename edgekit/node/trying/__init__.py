"""Counting and running on the spot: a video, the demo, a rehearsal of what would leave."""
