"""What waits for the printer, for the till and the manager's desk alike."""
