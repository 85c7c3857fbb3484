"""Account customers: limit, plates, what they owe and why, and that they settle it."""
