"""Pump controllers."""
