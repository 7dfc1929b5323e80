"""Canonical bytes, envelopes and signatures."""
