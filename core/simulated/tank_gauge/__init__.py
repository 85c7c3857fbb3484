"""A simulated Veeder-Root console on the real wire, with tanks that are drawn down, delivered into, leak and warm up."""
