"""The catalogue of goods."""
