"""Finds what is no fault of a list, and trusts more clients than was meant."""
