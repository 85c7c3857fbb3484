"""Recharge cards: sold in batches, known by a strong secret, spent to the last fen."""
