"""The bill at the counter, until money comes into it."""
