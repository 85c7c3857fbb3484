"""Wet stock: tanks, what lies in them, what came and went, and how far book and measure lie apart."""
