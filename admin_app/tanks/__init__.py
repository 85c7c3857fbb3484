"""Tanks: what lies in each, deliveries, the stock book day by day, what was measured, alarms."""
