"""Points: earned by what was paid, spent as money, taken back with what was given back; and the levels they make."""
