"""The registry: associations, their staff and keys, and the clusters they stand for."""
