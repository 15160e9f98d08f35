"""Calendar messages by RFC 5545 and 5546: one UID per session for life."""
