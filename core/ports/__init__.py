"""What the station needs from outside, as Protocols in domain words."""
