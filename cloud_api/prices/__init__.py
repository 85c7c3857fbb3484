"""Prices shown to drivers, as the stations report them."""
