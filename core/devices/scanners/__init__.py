"""Scanners with a cable of their own."""
