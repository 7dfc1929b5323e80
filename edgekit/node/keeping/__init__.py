"""What the clerk keeps: books, memory, who is enrolled; and the way to a new card or key."""
