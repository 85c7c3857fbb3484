"""The station's database (adapter of ports.unit_of_work and ports.totals)."""
