"""What people ask of identity: why records are one customer, and what agreement is worth."""
