"""Offers and requests: what clusters can give or look for, with an end (R-15)."""
