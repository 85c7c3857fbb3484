"""Tank gauges: what stands in the tanks, by whoever measures it."""
