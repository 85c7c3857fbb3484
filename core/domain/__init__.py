"""The business in plain Python: frozen values and pure functions, no I/O, no clock."""
