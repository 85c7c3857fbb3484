"""The steps from one released database to the next, one file a step."""
