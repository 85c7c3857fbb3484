"""What the till says aloud, how loud, and the button that turns it off."""
