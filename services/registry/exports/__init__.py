"""What the register gives out as spreadsheets."""
