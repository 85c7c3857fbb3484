"""Prices: planned and agreed to, brought into the pumps, told to the cloud, shown on the pole at the road."""
