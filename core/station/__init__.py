"""Turns settings into a running station; the only place that knows which adapter is in use."""
