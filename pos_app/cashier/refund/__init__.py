"""Money back at the counter: find the bill, choose what goes back, see it through."""
