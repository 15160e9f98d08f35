"""Declarations that back offices posted to the registry, as people may look at them."""
