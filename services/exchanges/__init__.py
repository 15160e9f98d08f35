"""Exchanges: visits between clusters, their sessions, delegates and commitments."""
