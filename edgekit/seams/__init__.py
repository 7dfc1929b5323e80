"""The seams: small Protocols that the shell fills and the node wires."""
