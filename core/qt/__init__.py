"""What both desktop apps share; the only Qt in core."""
