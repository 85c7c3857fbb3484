"""A whole station with no hardware and no network: for the demo, for training and for the tests."""
