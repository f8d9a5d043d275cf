"""The ioctls of old: SIOCGIF* of Linux, macOS and the BSDs, SIOCGLIF* of Solaris and illumos."""
