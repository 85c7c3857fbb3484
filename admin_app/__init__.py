"""The station manager's desk."""
