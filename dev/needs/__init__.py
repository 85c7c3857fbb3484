"""What a command may need before it can run; each need knows whether it is met and how to meet it."""
