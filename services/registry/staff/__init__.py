"""The people who act for an association, and the keys of its systems."""
