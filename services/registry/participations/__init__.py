"""Roles of clusters and organisations in programmes of the European Union (R-08)."""
