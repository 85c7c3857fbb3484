"""Fuel paid before it flows: what waits, what is left to give back, what customers left behind."""
