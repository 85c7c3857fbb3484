"""The simulated forecourt as a window: hands at the pumps, faults by a button, and a day that is played again."""
