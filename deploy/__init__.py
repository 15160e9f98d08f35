"""What runs Talka: the command, the local servers, the topics."""
