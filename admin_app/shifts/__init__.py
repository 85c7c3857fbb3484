"""The running shift, closed ones with their differences, and their papers."""
