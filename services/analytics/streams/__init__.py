"""Public streams: what outsiders may follow, with their own cursor."""
