"""Four ways to count the same fuel: fills, nozzle counters, tanks, bills; where two of them differ there is a case."""
