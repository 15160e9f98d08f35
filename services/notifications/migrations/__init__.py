"""The tables of notifications, version by version."""
