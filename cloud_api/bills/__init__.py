"""The providers' daily bills, compared with our books to the fen."""
