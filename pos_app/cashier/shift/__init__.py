"""Opening, counting, handing over."""
