"""Ending a shift: what is under way, the blind count, the next person, what came of it."""
