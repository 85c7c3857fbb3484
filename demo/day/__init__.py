"""A whole day at the counter, lived by a person at the real till, and compared with books of its own."""
