"""Organisations: legal entities under the numbers of their national registers."""
