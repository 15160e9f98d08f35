"""The JSON of the interface: what is asked, and how things are shown."""
