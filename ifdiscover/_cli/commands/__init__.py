"""One module for each command about the host: its options, and run(), which calls the library and returns a status."""
