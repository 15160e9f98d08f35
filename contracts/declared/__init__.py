"""Declarations by what they are about."""
