"""Plays a whole station: with a screen for people to try, without one as a story that leaves its proof."""
