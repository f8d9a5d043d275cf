"""Hear of changes as they come: the loop that waits, and the command that is run for each."""
