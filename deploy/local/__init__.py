"""Talka on one machine: real servers from packages, a mailbox, and four services in one process."""
