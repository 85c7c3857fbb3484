"""What keeps the cloud running as one among several workers: bells between them, turns, limits, figures, health, logs."""
