"""A pump that nobody is connected to: what it shows is keyed."""
