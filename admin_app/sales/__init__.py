"""What was sold at the counter, and fills that wait to be paid."""
