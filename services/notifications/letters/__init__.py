"""What a message says, in the reader's language: facts in, a letter out."""
