"""The log that shows what was signed, in order, with nothing left out."""
