"""Somebody who may agrees, at the till."""
