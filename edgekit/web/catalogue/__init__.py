"""The words of the page that are not the notice's: one module a language, one table in each."""
