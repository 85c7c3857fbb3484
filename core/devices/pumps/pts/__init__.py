"""Controllers that speak jsonPTS."""
