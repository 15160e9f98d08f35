"""Common Resource Centres: whom each serves, with what, and how much of it is left (R-07)."""
