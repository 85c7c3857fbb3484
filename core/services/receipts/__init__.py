"""Papers for customers and for the station: how each is laid out, and the queue that brings it to the printer."""
