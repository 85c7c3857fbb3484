"""Online orders: quotes, the order from placed to settled, the live page."""
