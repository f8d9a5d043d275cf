"""Finds every fault of the parameters and lists at once."""
