"""A driver's stored balance: principal that was paid in, and bonus that was given with it."""
