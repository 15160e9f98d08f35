"""The topics: one file says what they are, one module makes them so."""
