"""The node as services of systemd, each with a user of its own."""
