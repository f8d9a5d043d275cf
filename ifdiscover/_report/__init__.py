"""A report of a host for a bug report, as it is or with addresses and names replaced."""
