"""Account customers: who they are, what they owe, and that they pay it."""
