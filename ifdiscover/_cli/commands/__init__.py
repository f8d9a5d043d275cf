"""One module a command: its options, and run(), which calls a library function, renders and returns a status."""
