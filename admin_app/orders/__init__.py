"""Online orders, running and ended."""
