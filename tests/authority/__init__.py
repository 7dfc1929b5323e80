"""One site with its clerk and its eye as values, and a world that attacks their authority."""
