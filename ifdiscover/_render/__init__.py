"""Values in, text out. Nothing here reads a host or writes to a stream."""
