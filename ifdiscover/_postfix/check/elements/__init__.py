"""Finds what is wrong with the elements of a match list."""
