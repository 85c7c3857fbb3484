"""The member on the bill: who it is, the offer that saves most, points as money."""
