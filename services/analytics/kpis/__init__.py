"""Figures: written, versioned counting rules and what they give for a period."""
