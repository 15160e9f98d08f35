"""Facts: rows kept from the events of others, idempotent, rebuilt from offset zero."""
