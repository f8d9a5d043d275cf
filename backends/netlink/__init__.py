"""The Linux kernel by netlink: rtnetlink(7) through a plain socket, and through pyroute2."""
