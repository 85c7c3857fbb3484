"""One double-entry, append-only ledger under everything that is worth money here: wallets, cards, points."""
