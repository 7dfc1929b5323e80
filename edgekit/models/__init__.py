"""Model files, pinned by hash, and how to read their outputs. Nothing here has passed the gate."""
