"""Turn values into text. Nothing here reads a host or writes to a stream."""
