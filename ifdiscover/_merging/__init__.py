"""The networks of many hosts as one list."""
