"""Tells everybody concerned: mails, calendar entries and tasks, driven only by events."""
