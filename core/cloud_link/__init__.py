"""Everything that talks to our cloud."""
