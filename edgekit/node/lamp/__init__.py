"""The lamplighter and the thin lines that the clerk tells it something by."""
