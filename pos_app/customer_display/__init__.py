"""What the customer sees on a second screen: the bill, what is due, the code to scan, the change, and thanks."""
