"""Spreadsheets as a door: a file is read, matched, checked and put right; only then it is saved."""
