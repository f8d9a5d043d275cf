"""What ifconfig -a printed, in each of its forms."""
