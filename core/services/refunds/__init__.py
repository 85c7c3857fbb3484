"""Money back for completed bills: found again, planned line by line, written down, then carried out until it is clear."""
