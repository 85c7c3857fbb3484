"""The pumps as both places see them: live tiles, unpaid fills, leave to fill."""
