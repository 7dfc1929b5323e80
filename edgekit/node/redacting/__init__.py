"""Covering people in files and streams, all of it or nothing."""
