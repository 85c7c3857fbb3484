"""The words station and cloud exchange; nothing else may define them."""
