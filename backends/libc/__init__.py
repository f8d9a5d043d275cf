"""The C library's getifaddrs(3), its memory read through ctypes."""
