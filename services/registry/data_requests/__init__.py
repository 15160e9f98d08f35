"""Requests of people about their data: which association answers which, and until when (D-04)."""
