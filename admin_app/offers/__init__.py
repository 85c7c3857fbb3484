"""Offers: litre offers for members and everybody, floor prices, the rules for bills."""
