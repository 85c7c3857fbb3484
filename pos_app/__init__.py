"""Cashier counter and attendant touchscreen."""
