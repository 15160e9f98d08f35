"""Counts what came of the exchanges: facts from events, figures from facts, public streams."""
