"""What master.cf has in it: Postfix's services, and what each of them makes of its parameters."""
