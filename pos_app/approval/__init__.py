"""Somebody who may agrees, at the till, to what another person wants to do."""
