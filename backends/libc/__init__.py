"""getifaddrs(3) of the C library, called through ctypes."""
