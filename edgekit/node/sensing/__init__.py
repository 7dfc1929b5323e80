"""The eye's own: what it opens, sees, hears or judges, and the few words it may say of it."""
