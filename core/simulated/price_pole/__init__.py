"""A price pole on a network cable, written from the frame's description alone."""
