"""Online orders: taken in, served step by step, turned back where something is wrong, and not left standing."""
