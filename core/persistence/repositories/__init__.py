"""Row to aggregate and back, one file a noun."""
