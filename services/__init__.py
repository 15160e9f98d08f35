"""The four services and the chassis under them."""
