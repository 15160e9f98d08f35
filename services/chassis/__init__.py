"""Machinery that every service mounts; it knows no word of the domain."""
