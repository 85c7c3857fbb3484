"""Says announcements aloud: one at a time, in their order, as loud as this machine is set to."""
