"""The sale being rung up."""
