"""One module for each command: its options, and run(), which calls the library, renders and returns a status."""
