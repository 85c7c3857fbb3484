"""Members at a counter: who stands there, how that is proven, and what they have."""
