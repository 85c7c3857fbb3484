"""Screens of the forecourt."""
