"""Where a till stands; without a place, the role of who signs in decides."""

COUNTER = "counter"
FORECOURT = "forecourt"
