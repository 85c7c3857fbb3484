"""Online orders as both places see them: cards that lead through each step."""
