"""The ways out: one adapter per channel, none of which knows what it carries."""
