"""People whom clusters and associations work with: contacts, administrators, sole traders."""
