"""The words of the notice, a table a language; every one has the same keys and placeholders."""
