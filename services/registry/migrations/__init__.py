"""Versions of the registry's tables, after those of the chassis."""
