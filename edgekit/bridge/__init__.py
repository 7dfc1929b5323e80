"""Room for the serial bridge: the link to a microcontroller and its channels."""
