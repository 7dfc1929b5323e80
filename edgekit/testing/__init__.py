"""Fakes and scenes for tests, demos and users' own tests."""
