"""Printer, pumps and cloud: how they are, and what waits to be sent."""
