"""One step of the database's shape a file, dated."""
