"""Deliveries: one message to one recipient on one channel, from planned to its end."""
