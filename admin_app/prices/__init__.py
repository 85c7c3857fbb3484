"""The price board and its planned changes."""
