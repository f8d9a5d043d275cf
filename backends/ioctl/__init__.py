"""The old ioctls: SIOCGIF* of Linux, macOS and the BSDs, SIOCGLIF* of Solaris and illumos."""
