"""Sites: places that can host sessions, and what they are equipped with (R-16)."""
