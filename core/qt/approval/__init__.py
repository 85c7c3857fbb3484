"""Somebody who may agrees, on the spot, to what another person wants to do; the same in both apps."""
