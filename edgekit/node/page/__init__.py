"""The status page: the clerk's end of its pipes, the process itself, the doors it serves at."""
