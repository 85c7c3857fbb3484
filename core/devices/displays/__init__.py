"""Customer displays on a pole: what each kind is told, and the thread that tells it."""
