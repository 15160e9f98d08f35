"""The pages that every service has: sign-in, status, parked records, event catalogue, gallery."""
