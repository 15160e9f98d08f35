"""Memberships: which organisation belonged to which cluster, from which day to which."""
