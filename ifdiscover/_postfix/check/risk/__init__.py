"""Finds what Postfix accepts without a word, and what trusts more clients than was meant."""
