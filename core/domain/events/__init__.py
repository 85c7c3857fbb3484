"""Facts that happened, past tense, frozen, of plain values only so that another program can read them."""
