"""The people of a visit: delegates, and who signs for the two organisations."""
