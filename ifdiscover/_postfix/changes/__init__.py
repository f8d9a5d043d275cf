"""What a change of addresses or of main.cf means for a Postfix that runs."""
