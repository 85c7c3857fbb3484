"""A shift from float to count: opened, closed, handed over while the pumps run on, put right by entries."""
