"""Hosts that were recorded: our snapshots, and what other programs printed."""
