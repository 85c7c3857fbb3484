"""Fills, counters, tanks and bills side by side, and the cases of what differs."""
