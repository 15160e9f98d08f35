"""Cluster profiles: from draft to publication, and what everybody may find of them."""
