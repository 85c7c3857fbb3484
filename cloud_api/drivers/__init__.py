"""Drivers: signing in by phone, and their cars."""
