"""National rule packs as dated data: a new one needs no release."""
