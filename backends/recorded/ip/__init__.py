"""What ip(8) prints of a host: ``ip -j addr``, plain ``ip addr``, and what it prints that is none."""
