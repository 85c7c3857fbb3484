"""Pumps that nobody is connected to: what they show is read by a person and keyed."""
