"""Pages and the JSON interface on which people and systems read the figures."""
