"""What the forecourt calls to the counter: come and help, and this fill's customer is on the way."""
