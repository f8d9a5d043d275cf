"""What differs between two readings of a host, and what that means for its Postfix."""
