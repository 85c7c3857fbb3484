"""Stations: the directory, enrolment, the mailbox and its doorbell."""
