"""The `talka` command; importing it loads nothing heavy, so that help comes at once."""
