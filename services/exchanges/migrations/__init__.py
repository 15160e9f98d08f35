"""Versions of the tables of exchanges, after those of the chassis."""
