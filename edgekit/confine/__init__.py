"""Walls around a process."""
