"""The pumps and the paid orders, for wet and gloved hands."""
