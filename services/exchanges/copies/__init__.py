"""What exchanges knows of the other services, fed by their events."""
