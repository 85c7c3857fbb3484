"""A till to learn at: how it shows that it is one, and how it is started from the till that sells."""
