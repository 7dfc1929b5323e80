"""Room for the serial packets: bytes in, out."""
