"""Today: what waits for a coordinator, raised and settled by events."""
