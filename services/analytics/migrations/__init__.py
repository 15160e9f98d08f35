"""The tables of analytics, beside those of the chassis."""
