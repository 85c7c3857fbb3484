"""A receipt printer on a real TCP port that reads ESC/POS as strictly as paper does, and keeps what it printed."""
